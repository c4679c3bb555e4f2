-- What a selection leaves, within a perimeter: the only place where a filter becomes SQL.
-- params of each macro:
--   selection  what reading/selection.py binds: period (half-open), level of detail and, for each code list, the chosen codes or null for no filter
--   perimeter  by establishment key, whether the reader may see it and chose it; an empty list means no rows
-- The perimeter is a list to look up, not codes to join, because planning a join costs more than answering the question.
CREATE MACRO selected_establishment(perimeter) AS TABLE
SELECT * FROM establishment WHERE perimeter[establishment_key + 1];

-- Cells that touch the period; `inside` tells whether wholly (else the cell is « non réparti »).
CREATE MACRO selected_cell(selection, perimeter) AS TABLE
SELECT *, period_start >= selection['period_start'] AND period_end <= selection['period_end'] AS inside
FROM cell
WHERE rollup = selection['rollup']
  AND period_start < selection['period_end'] AND period_end > selection['period_start']
  AND perimeter[establishment_key + 1]
  AND (selection['item_types'] IS NULL OR list_contains(TRY_CAST(selection['item_types']::VARCHAR[] AS item_type[]), item_type))
  AND (selection['suppliers'] IS NULL OR list_contains(TRY_CAST(selection['suppliers']::VARCHAR[] AS supplier[]), supplier))
  AND (selection['routes'] IS NULL OR list_contains(TRY_CAST(selection['routes']::VARCHAR[] AS route[]), route))
  AND (selection['search_kinds'] IS NULL OR list_contains(TRY_CAST(selection['search_kinds']::VARCHAR[] AS search_kind[]), search_kind))
  AND (selection['channels'] IS NULL OR list_contains(TRY_CAST(selection['channels']::VARCHAR[] AS channel[]), channel))
  AND (selection['operations'] IS NULL OR list_contains(TRY_CAST(selection['operations']::VARCHAR[] AS operation[]), operation));

CREATE MACRO selected_find(selection, perimeter) AS TABLE
SELECT *, period_start >= selection['period_start'] AND period_end <= selection['period_end'] AS inside
FROM find_cell
WHERE rollup = selection['rollup']
  AND period_start < selection['period_end'] AND period_end > selection['period_start']
  AND perimeter[establishment_key + 1]
  AND (selection['routes'] IS NULL OR list_contains(TRY_CAST(selection['routes']::VARCHAR[] AS route[]), route))
  AND (selection['search_kinds'] IS NULL OR list_contains(TRY_CAST(selection['search_kinds']::VARCHAR[] AS search_kind[]), search_kind))
  AND (selection['operations'] IS NULL OR list_contains(TRY_CAST(selection['operations']::VARCHAR[] AS operation[]), operation))
  AND (
      (selection['item_types'] IS NULL AND selection['suppliers'] IS NULL AND selection['channels'] IS NULL)
      OR signature IN (
          SELECT signature FROM signature_line
          WHERE true
            AND (selection['item_types'] IS NULL OR list_contains(TRY_CAST(selection['item_types']::VARCHAR[] AS item_type[]), item_type))
  AND (selection['suppliers'] IS NULL OR list_contains(TRY_CAST(selection['suppliers']::VARCHAR[] AS supplier[]), supplier))
  AND (selection['channels'] IS NULL OR list_contains(TRY_CAST(selection['channels']::VARCHAR[] AS channel[]), channel))
      )
  );

-- Searches answer to the filters on territory, period, kind of search and operation; item types, suppliers and routes are not theirs.
CREATE MACRO selected_search(selection, perimeter) AS TABLE
SELECT *
FROM search_cell
WHERE rollup = CASE WHEN selection['rollup'] = 2 THEN 2 ELSE 0 END
  AND period_start >= selection['period_start'] AND period_end <= selection['period_end']
  AND perimeter[establishment_key + 1]
  AND (selection['search_kinds'] IS NULL OR list_contains(TRY_CAST(selection['search_kinds']::VARCHAR[] AS search_kind[]), search_kind))
  AND (selection['operations'] IS NULL OR list_contains(TRY_CAST(selection['operations']::VARCHAR[] AS operation[]), operation));

-- Inmate-years lived in each month of the period (days in the selection x inmates / 365.25), by what they rest on.
CREATE MACRO selected_exposure(selection, perimeter) AS TABLE
SELECT
    establishment_key, month, basis,
    inmates * datediff('day', greatest(month, selection['period_start']),
                       least((month + INTERVAL 1 MONTH)::DATE, selection['period_end'])) / 365.25 AS inmate_years
FROM exposure
WHERE month < selection['period_end'] AND month + INTERVAL 1 MONTH > selection['period_start']
  AND perimeter[establishment_key + 1];
