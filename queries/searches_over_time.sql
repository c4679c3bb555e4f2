-- How much was searched in each day, week, month, quarter or year?
-- params: selection STRUCT, perimeter BOOLEAN[], bin VARCHAR
-- returns: one row per bin with a search, ordered by bin
--   bin                DATE    first day of the bin
--   searches           BIGINT  search actions
--   searches_with_find BIGINT  searches that found something
--   cells_searched     BIGINT  cells, over the searches whose number of cells is known
--   unknown_searches   BIGINT  searches whose number of cells is not known
SELECT
    date_trunc($bin, period_start)::DATE AS bin,
    sum(searches)::BIGINT AS searches,
    sum(searches_with_find)::BIGINT AS searches_with_find,
    sum(cells_searched)::BIGINT AS cells_searched,
    sum(unknown_searches)::BIGINT AS unknown_searches
FROM selected_search($selection, $perimeter)
GROUP BY bin
ORDER BY bin;
