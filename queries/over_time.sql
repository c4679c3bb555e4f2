-- What was found, searched and lived in each day, week, month, quarter or year, by series?
-- params: selection STRUCT, perimeter BOOLEAN[], items VARCHAR[], bin VARCHAR, series VARCHAR
-- `bin`: day, week, month, quarter or year. `series`: item_type, route, supplier, or total (a single series).
-- returns: one row per bin, series and establishment that hold something, by bin then by the series' order of display
--   establishment_key     INTEGER  the establishment; 0 where none is named
--   bin                   DATE     first day of the bin; null: what is inside the period but in no single bin (« non réparti »)
--   series                VARCHAR  code of the series; only « total » holds finds, searches and inmates
--   quantity              BIGINT   items of the measure in counted lines; null: none
--   open_lines            BIGINT   lines of it whose quantity is « at least » or unknown
--   mini_phones           BIGINT   mini-phones among them
--   searched_quantity     BIGINT   items of the measure found by searches whose number of cells is known
--   finds                 BIGINT   finds
--   searches              BIGINT   search actions
--   searches_with_find    BIGINT   searches that found something
--   cells_searched        BIGINT   cells, over the searches whose number of cells is known
--   unknown_searches      BIGINT   searches whose number of cells is not known
--   inmate_years          DOUBLE   inmate-years
--   observed_inmate_years DOUBLE   those that rest on a month of the occupancy file
WITH by_period AS (
    SELECT
        period_start, period_end, establishment_key,
        CASE $series WHEN 'item_type' THEN item_type::VARCHAR WHEN 'route' THEN route::VARCHAR WHEN 'supplier' THEN supplier::VARCHAR ELSE 'total' END AS series,
        CASE $series WHEN 'item_type' THEN enum_code(item_type) WHEN 'route' THEN enum_code(route) WHEN 'supplier' THEN enum_code(supplier) ELSE 0 END AS position,
        sum(quantity) AS quantity, sum(open_lines) AS open_lines,
        sum(quantity) FILTER (item_type = 'mini_phone') AS mini_phones, sum(searched_quantity) AS searched_quantity,
        sum(finds) AS finds, sum(searches) AS searches, sum(searches_with_find) AS searches_with_find,
        sum(cells_searched) AS cells_searched, sum(unknown_searches) AS unknown_searches,
        sum(inmate_years) AS inmate_years, sum(observed_inmate_years) AS observed_inmate_years
    FROM selected_fact($selection, $perimeter)
    WHERE inside AND (subject > 0 AND $series = 'total' OR list_contains($items::item_type[], item_type))
    GROUP BY ALL
)
SELECT
    establishment_key,
    CASE WHEN date_trunc($bin, period_start) = date_trunc($bin, period_end - 1) THEN date_trunc($bin, period_start)::DATE END AS bin,
    series,
    sum(quantity)::BIGINT AS quantity,
    sum(open_lines)::BIGINT AS open_lines,
    sum(mini_phones)::BIGINT AS mini_phones,
    sum(searched_quantity)::BIGINT AS searched_quantity,
    sum(finds)::BIGINT AS finds,
    sum(searches)::BIGINT AS searches,
    sum(searches_with_find)::BIGINT AS searches_with_find,
    sum(cells_searched)::BIGINT AS cells_searched,
    sum(unknown_searches)::BIGINT AS unknown_searches,
    sum(inmate_years) AS inmate_years,
    sum(observed_inmate_years) AS observed_inmate_years
FROM by_period
GROUP BY bin, series, position, establishment_key
ORDER BY bin NULLS LAST, position, establishment_key;
