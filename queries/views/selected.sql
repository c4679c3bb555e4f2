-- What a selection leaves, within a perimeter: the only place where a filter becomes SQL.
-- params of each macro: selection (the structure of reading/selection.py), perimeter (establishment identifiers the reader may see)
-- An empty list of a selection means « no filter »; an empty perimeter means no rows.
CREATE MACRO selected_establishment(selection, perimeter) AS TABLE
SELECT * FROM establishment
WHERE list_contains(perimeter::VARCHAR[], establishment_id)
  AND (selection['scope'] <> 'operation' OR in_operation)
  AND (len(selection['regions']) = 0 OR list_contains(selection['regions']::VARCHAR[], region_code))
  AND (len(selection['disps']) = 0 OR list_contains(selection['disps']::VARCHAR[], disp))
  AND (len(selection['departments']) = 0 OR list_contains(selection['departments']::VARCHAR[], department_code))
  AND (len(selection['kinds']) = 0 OR list_contains(selection['kinds']::VARCHAR[], kind))
  AND (len(selection['establishments']) = 0 OR list_contains(selection['establishments']::VARCHAR[], establishment_id));

-- Cells that touch the period; `inside` tells whether wholly (else the cell is « non réparti »).
CREATE MACRO selected_cell(selection, perimeter) AS TABLE
SELECT c.*, c.period_start >= selection['period_start'] AND c.period_end <= selection['period_end'] AS inside
FROM cell AS c
SEMI JOIN (SELECT establishment_key FROM selected_establishment(selection, perimeter)) AS e USING (establishment_key)
WHERE c.rollup = selection['rollup']
  AND c.period_start < selection['period_end'] AND c.period_end > selection['period_start']
  AND (len(selection['item_types']) = 0 OR list_contains(TRY_CAST(selection['item_types']::VARCHAR[] AS item_type[]), c.item_type))
  AND (len(selection['suppliers']) = 0 OR list_contains(TRY_CAST(selection['suppliers']::VARCHAR[] AS supplier[]), c.supplier))
  AND (len(selection['routes']) = 0 OR list_contains(TRY_CAST(selection['routes']::VARCHAR[] AS route[]), c.route))
  AND (len(selection['search_kinds']) = 0 OR list_contains(TRY_CAST(selection['search_kinds']::VARCHAR[] AS search_kind[]), c.search_kind))
  AND (len(selection['channels']) = 0 OR list_contains(TRY_CAST(selection['channels']::VARCHAR[] AS channel[]), c.channel))
  AND (len(selection['operations']) = 0 OR list_contains(TRY_CAST(selection['operations']::VARCHAR[] AS operation[]), c.operation));

CREATE MACRO selected_find(selection, perimeter) AS TABLE
SELECT c.*, c.period_start >= selection['period_start'] AND c.period_end <= selection['period_end'] AS inside
FROM find_cell AS c
SEMI JOIN (SELECT establishment_key FROM selected_establishment(selection, perimeter)) AS e USING (establishment_key)
WHERE c.rollup = selection['rollup']
  AND c.period_start < selection['period_end'] AND c.period_end > selection['period_start']
  AND (len(selection['routes']) = 0 OR list_contains(TRY_CAST(selection['routes']::VARCHAR[] AS route[]), c.route))
  AND (len(selection['search_kinds']) = 0 OR list_contains(TRY_CAST(selection['search_kinds']::VARCHAR[] AS search_kind[]), c.search_kind))
  AND (len(selection['operations']) = 0 OR list_contains(TRY_CAST(selection['operations']::VARCHAR[] AS operation[]), c.operation))
  AND (
      len(selection['item_types']) + len(selection['suppliers']) + len(selection['channels']) = 0
      OR c.signature IN (
          SELECT signature FROM signature_line AS s
          WHERE (len(selection['item_types']) = 0 OR list_contains(TRY_CAST(selection['item_types']::VARCHAR[] AS item_type[]), s.item_type))
            AND (len(selection['suppliers']) = 0 OR list_contains(TRY_CAST(selection['suppliers']::VARCHAR[] AS supplier[]), s.supplier))
            AND (len(selection['channels']) = 0 OR list_contains(TRY_CAST(selection['channels']::VARCHAR[] AS channel[]), s.channel))
      )
  );

-- Searches answer to the filters on territory, period, kind of search and operation; item types, suppliers and routes are not theirs.
CREATE MACRO selected_search(selection, perimeter) AS TABLE
SELECT c.*
FROM search_cell AS c
SEMI JOIN (SELECT establishment_key FROM selected_establishment(selection, perimeter)) AS e USING (establishment_key)
WHERE c.rollup = CASE WHEN selection['rollup'] = 2 THEN 2 ELSE 0 END
  AND c.period_start >= selection['period_start'] AND c.period_end <= selection['period_end']
  AND (len(selection['search_kinds']) = 0 OR list_contains(TRY_CAST(selection['search_kinds']::VARCHAR[] AS search_kind[]), c.search_kind))
  AND (len(selection['operations']) = 0 OR list_contains(TRY_CAST(selection['operations']::VARCHAR[] AS operation[]), c.operation));

-- Inmate-years lived in each month of the period (days in the selection x inmates / 365.25), by what they rest on.
CREATE MACRO selected_exposure(selection, perimeter) AS TABLE
SELECT
    establishment_key, month, basis,
    inmates * datediff('day', greatest(month, selection['period_start']),
                       least((month + INTERVAL 1 MONTH)::DATE, selection['period_end'])) / 365.25 AS inmate_years
FROM exposure
SEMI JOIN (SELECT establishment_key FROM selected_establishment(selection, perimeter)) AS e USING (establishment_key)
WHERE month < selection['period_end'] AND month + INTERVAL 1 MONTH > selection['period_start'];
