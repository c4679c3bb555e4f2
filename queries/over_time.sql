-- What was found in each day, week, month, quarter or year, by series?
-- params: selection STRUCT, perimeter BOOLEAN[], items VARCHAR[], bin VARCHAR, series VARCHAR
-- `bin`: day, week, month, quarter or year. `series`: item_type, route, supplier, or total (a single series).
-- returns: one row per bin and series that hold something, ordered by bin then by the series' order of display
--   bin               DATE     first day of the bin; null: lines inside the period that no single bin holds (« non réparti »)
--   series            VARCHAR  code of the series
--   quantity          BIGINT   items of the measure in counted lines
--   open_lines        BIGINT   lines of it whose quantity is « at least » or unknown
--   mini_phones       BIGINT   mini-phones
--   searched_quantity BIGINT   items of the measure found by searches whose number of cells is known
WITH binned AS (
    SELECT
        CASE WHEN date_trunc($bin, period_start) = date_trunc($bin, period_end - 1) THEN date_trunc($bin, period_start)::DATE END AS bin,
        CASE $series WHEN 'item_type' THEN item_type::VARCHAR WHEN 'route' THEN route::VARCHAR WHEN 'supplier' THEN supplier::VARCHAR ELSE 'total' END AS series,
        CASE $series WHEN 'item_type' THEN enum_code(item_type) WHEN 'route' THEN enum_code(route) WHEN 'supplier' THEN enum_code(supplier) ELSE 0 END AS position,
        item_type, quantity, lines, open_lines, searched_quantity
    FROM selected_cell($selection, $perimeter)
    WHERE inside AND list_contains($items::item_type[], item_type)
)
SELECT
    bin,
    series,
    sum(quantity)::BIGINT AS quantity,
    sum(open_lines)::BIGINT AS open_lines,
    coalesce(sum(quantity) FILTER (item_type = 'mini_phone'), 0)::BIGINT AS mini_phones,
    sum(searched_quantity)::BIGINT AS searched_quantity
FROM binned
GROUP BY bin, series, position
HAVING sum(lines) > 0
ORDER BY bin NULLS LAST, position;
