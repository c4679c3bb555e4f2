-- What were the last searches of the selection?
-- params: selection STRUCT, perimeter BOOLEAN[], rows INTEGER
-- returns: at most `rows` rows, one per search, the latest first
--   searched_on      DATE     day of the search
--   establishment_id VARCHAR  where
--   search_kind      VARCHAR  code of the kind of search
--   operation        VARCHAR  code of the operation; null: none
--   cells_searched   INTEGER  cells; null: unknown
--   phones           INTEGER  phones found by it
--   items            INTEGER  items of any type found by it
SELECT s.searched_on, e.establishment_id, s.search_kind::VARCHAR AS search_kind, s.operation::VARCHAR AS operation, s.cells_searched, s.phones, s.items
FROM search_row AS s
JOIN selected_establishment($perimeter) AS e USING (establishment_key)
WHERE s.searched_on >= $selection['period_start'] AND s.searched_on < $selection['period_end']
  AND ($selection['search_kinds'] IS NULL OR list_contains(TRY_CAST($selection['search_kinds']::VARCHAR[] AS search_kind[]), s.search_kind))
  AND ($selection['operations'] IS NULL OR list_contains(TRY_CAST($selection['operations']::VARCHAR[] AS operation[]), s.operation))
ORDER BY s.searched_on DESC, s.items DESC, e.establishment_id, s.search_kind, s.cells_searched
LIMIT $rows;
