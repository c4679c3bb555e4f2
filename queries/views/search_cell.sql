-- Searches added up by month and by day, and one row per search for the sheet of an establishment.
-- returns: table search_row, one row per search; table search_cell, one row per level, period, establishment, kind, operation
--   rollup            UTINYINT  0: month · 2: day
--   searches          INTEGER   search actions, with or without finds
--   searches_with_find INTEGER  those with at least one counted line
--   cells_searched    INTEGER   cells, over the searches whose number of cells is known
--   unknown_searches  INTEGER   searches whose number of cells is not known
CREATE TABLE search_row AS
WITH found AS (
    SELECT search_id, sum(quantity_min)::INTEGER AS items,
           coalesce(sum(quantity_min) FILTER (item_type IN (SELECT item_type::item_type FROM item_types WHERE family = 'phone')), 0)::INTEGER AS phones
    FROM line WHERE counted AND search_id IS NOT NULL GROUP BY search_id
)
SELECT
    f.searched_on, e.establishment_key, f.search_kind::search_kind AS search_kind, f.operation::operation AS operation,
    f.cells_searched, coalesce(found.items, 0) AS items, coalesce(found.phones, 0) AS phones
FROM search AS f
JOIN establishment AS e USING (establishment_id)
LEFT JOIN found USING (search_id)
ORDER BY establishment_key, searched_on, search_kind, cells_searched;

CREATE TABLE search_cell AS
WITH daily AS (
    SELECT
        2::UTINYINT AS rollup, searched_on AS period_start, searched_on + 1 AS period_end, establishment_key, search_kind, operation,
        count(*)::INTEGER AS searches,
        count(*) FILTER (items > 0)::INTEGER AS searches_with_find,
        coalesce(sum(cells_searched), 0)::INTEGER AS cells_searched,
        count(*) FILTER (cells_searched IS NULL)::INTEGER AS unknown_searches
    FROM search_row GROUP BY ALL
)
FROM daily
UNION ALL
SELECT
    0, date_trunc('month', period_start)::DATE AS month, (date_trunc('month', period_start) + INTERVAL 1 MONTH)::DATE,
    establishment_key, search_kind, operation,
    sum(searches)::INTEGER, sum(searches_with_find)::INTEGER, sum(cells_searched)::INTEGER, sum(unknown_searches)::INTEGER
FROM daily GROUP BY ALL
ORDER BY rollup, period_start, establishment_key;
