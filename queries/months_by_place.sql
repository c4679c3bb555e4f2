-- What was found in each place, month by month?
-- params: selection STRUCT, perimeter BOOLEAN[], items VARCHAR[], level VARCHAR
-- `level`: establishment, department, region, disp, or all.
-- returns: one row per place and month that hold something, ordered by place then by month
--   place          VARCHAR  as in by_place
--   month          DATE     first day of the month; null: what is inside the period but in no single month (« non réparti »)
--   quantity       BIGINT   items of the measure in counted lines
--   finds          BIGINT   finds
--   searches       BIGINT   search actions
--   cells_searched BIGINT   cells, over the searches whose number of cells is known
WITH by_period AS (
    SELECT
        establishment_key, period_start, period_end, item_type,
        sum(quantity) AS quantity, sum(finds) AS finds, sum(searches) AS searches, sum(cells_searched) AS cells_searched
    FROM selected_fact($selection, $perimeter)
    WHERE inside AND subject < 3
    GROUP BY ALL
)
SELECT
    CASE $level
        WHEN 'establishment' THEN e.establishment_id WHEN 'department' THEN e.department_code WHEN 'region' THEN e.region_code
        WHEN 'disp' THEN e.disp ELSE 'all' END AS place,
    CASE WHEN date_trunc('month', period_start) = date_trunc('month', period_end - 1) THEN date_trunc('month', period_start)::DATE END AS month,
    coalesce(sum(quantity) FILTER (list_contains($items::item_type[], item_type)), 0)::BIGINT AS quantity,
    coalesce(sum(finds), 0)::BIGINT AS finds,
    coalesce(sum(searches), 0)::BIGINT AS searches,
    coalesce(sum(cells_searched), 0)::BIGINT AS cells_searched
FROM by_period
JOIN establishment AS e USING (establishment_key)
GROUP BY place, month
HAVING sum(quantity) > 0 OR sum(finds) > 0 OR sum(searches) > 0
ORDER BY place, month NULLS LAST;
