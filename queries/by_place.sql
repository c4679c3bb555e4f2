-- Where and when was it found, and how much was searched there?
-- params: selection STRUCT, perimeter BOOLEAN[], items VARCHAR[], phones VARCHAR[]
-- returns: one row per establishment and cell of time that touches the period and holds something, in that order of time
--   establishment_key     INTEGER  the establishment; 0 where none is named
--   period_start          DATE     first day of the cell: the month, or the whole period where days are read one by one
--   period_end            DATE     half-open; a line whose period is longer than a month has a cell of its own
--   quantity              BIGINT   items of the measure in counted lines (lower bound if open_lines > 0)
--   open_lines            BIGINT   lines of it whose quantity is « at least » or unknown
--   lines_left_out        BIGINT   lines that their review keeps from counting
--   phones                BIGINT   phones, whatever the measure
--   mini_phones           BIGINT   mini-phones, whatever the measure
--   searched_quantity     BIGINT   items of the measure found by searches whose number of cells is known
--   searched_phones       BIGINT   phones found by such searches
--   finds                 BIGINT   finds; null: none
--   searches              BIGINT   search actions; null: none
--   searches_with_find    BIGINT   searches that found something
--   cells_searched        BIGINT   cells, over the searches whose number of cells is known
--   unknown_searches      BIGINT   searches whose number of cells is not known
--   inmate_years          DOUBLE   inmate-years; null where no inmates are known
--   observed_inmate_years DOUBLE   those that rest on a month of the occupancy file
-- Plain sums only, because planning a statement takes longer than running it; what they mean is decided on their few rows.
WITH sorted_out AS (
    SELECT *,
        list_contains($items::item_type[], item_type) AS wanted, list_contains($phones::item_type[], item_type) AS phone,
        $selection['rollup'] = 2 AND inside AS whole
    FROM selected_fact($selection, $perimeter)
)
SELECT
    establishment_key,
    CASE WHEN whole THEN $selection['period_start'] ELSE period_start END AS period_start,
    CASE WHEN whole THEN $selection['period_end'] ELSE period_end END AS period_end,
    sum(quantity) FILTER (wanted)::BIGINT AS quantity,
    sum(open_lines) FILTER (wanted)::BIGINT AS open_lines,
    sum(lines_left_out)::BIGINT AS lines_left_out,
    sum(quantity) FILTER (phone)::BIGINT AS phones,
    sum(quantity) FILTER (item_type = 'mini_phone')::BIGINT AS mini_phones,
    sum(searched_quantity) FILTER (wanted)::BIGINT AS searched_quantity,
    sum(searched_quantity) FILTER (phone)::BIGINT AS searched_phones,
    sum(finds)::BIGINT AS finds,
    sum(searches)::BIGINT AS searches,
    sum(searches_with_find)::BIGINT AS searches_with_find,
    sum(cells_searched)::BIGINT AS cells_searched,
    sum(unknown_searches)::BIGINT AS unknown_searches,
    sum(inmate_years) AS inmate_years,
    sum(observed_inmate_years) AS observed_inmate_years
FROM sorted_out
GROUP BY ALL
ORDER BY period_start, period_end, establishment_key;
