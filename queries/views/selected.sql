-- What a selection leaves, within a perimeter: the only place where a filter becomes SQL.
-- params of each macro:
--   selection  what reading/selection.py binds: period (half-open), level of detail and, for each code list, the chosen codes or null for no filter
--              and, once item types, suppliers or channels are chosen, by signature, whether a find holds such a line
--   perimeter  by establishment key, whether the reader may see it and chose it; an empty list means no rows
-- The perimeter is a list to look up, not codes to join, because planning a join costs more than answering the question.
CREATE MACRO selected_establishment(perimeter) AS TABLE
SELECT * FROM establishment WHERE perimeter[establishment_key + 1];

-- Facts that touch the period; `inside` tells whether wholly (else they are « non répartis »).
-- Item types, suppliers and channels filter items, and the finds that hold one such line; routes filter items and finds;
-- kinds of search and operations filter items, finds and searches; the inmates present answer to none of them.
CREATE MACRO selected_fact(selection, perimeter) AS TABLE
SELECT *, period_start >= selection['period_start'] AND period_end <= selection['period_end'] AS inside
FROM fact
WHERE rollup = selection['rollup']
  AND period_start < selection['period_end'] AND period_end > selection['period_start']
  AND perimeter[establishment_key + 1]
  AND (selection['item_types'] IS NULL OR subject > 0 OR list_contains(TRY_CAST(selection['item_types']::VARCHAR[] AS item_type[]), item_type))
  AND (selection['suppliers'] IS NULL OR subject > 0 OR list_contains(TRY_CAST(selection['suppliers']::VARCHAR[] AS supplier[]), supplier))
  AND (selection['channels'] IS NULL OR subject > 0 OR list_contains(TRY_CAST(selection['channels']::VARCHAR[] AS channel[]), channel))
  AND (selection['routes'] IS NULL OR subject > 1 OR list_contains(TRY_CAST(selection['routes']::VARCHAR[] AS route[]), route))
  AND (selection['search_kinds'] IS NULL OR subject > 2 OR list_contains(TRY_CAST(selection['search_kinds']::VARCHAR[] AS search_kind[]), search_kind))
  AND (selection['operations'] IS NULL OR subject > 2 OR list_contains(TRY_CAST(selection['operations']::VARCHAR[] AS operation[]), operation))
  AND (selection['signatures'] IS NULL OR subject <> 1 OR selection['signatures'][signature]);
