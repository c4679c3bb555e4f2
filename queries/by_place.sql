-- Where was it found, and how much was searched there?
-- params: selection STRUCT, perimeter BOOLEAN[], items VARCHAR[], phones VARCHAR[]
-- returns: one row per establishment of the perimeter, with or without a row in the register, in the order of its key
--   establishment_key     INTEGER  the establishment; 0 where none is named
--   establishments        BIGINT   1; 0 where no establishment is named
--   quantity              BIGINT   items of the measure in counted lines wholly inside the period (lower bound if open_lines > 0)
--   open_lines            BIGINT   lines of it whose quantity is « at least » or unknown
--   unallocated           BIGINT   items of the measure in lines that overlap the period without standing inside it
--   lines_left_out        BIGINT   lines inside the period that their review keeps from counting
--   phones                BIGINT   phones, whatever the measure
--   mini_phones           BIGINT   mini-phones, whatever the measure
--   searched_phones       BIGINT   phones found by searches whose number of cells is known
--   finds                 BIGINT   finds
--   searches              BIGINT   search actions
--   searches_with_find    BIGINT   searches that found something
--   cells_searched        BIGINT   cells, over the searches whose number of cells is known
--   unknown_searches      BIGINT   searches whose number of cells is not known
--   inmate_years          DOUBLE   inmate-years; null where no inmates are known
--   observed_inmate_years DOUBLE   those that rest on a month of the occupancy file
--   reported              BOOLEAN  the register has a search or a find there in the period
-- The inner sums are plain and few; what they mean for the measure is decided on their handful of rows.
WITH by_item AS (
    SELECT
        establishment_key, item_type, inside,
        sum(quantity) AS quantity, sum(open_lines) AS open_lines, sum(lines_left_out) AS lines_left_out,
        sum(searched_quantity) AS searched_quantity, sum(finds) AS finds,
        sum(searches) AS searches, sum(searches_with_find) AS searches_with_find,
        sum(cells_searched) AS cells_searched, sum(unknown_searches) AS unknown_searches,
        sum(inmate_years) AS inmate_years, sum(observed_inmate_years) AS observed_inmate_years
    FROM selected_fact($selection, $perimeter) GROUP BY ALL
),
sorted_out AS (
    SELECT *, list_contains($items::item_type[], item_type) AS wanted, list_contains($phones::item_type[], item_type) AS phone
    FROM by_item
),
added_up AS (
    SELECT
        establishment_key,
        sum(quantity) FILTER (inside AND wanted) AS quantity,
        sum(open_lines) FILTER (inside AND wanted) AS open_lines,
        sum(quantity) FILTER (NOT inside AND wanted) AS unallocated,
        sum(lines_left_out) FILTER (inside) AS lines_left_out,
        sum(quantity) FILTER (inside AND phone) AS phones,
        sum(quantity) FILTER (inside AND item_type = 'mini_phone') AS mini_phones,
        sum(searched_quantity) FILTER (inside AND phone) AS searched_phones,
        sum(finds) FILTER (inside) AS finds,
        sum(searches) FILTER (inside) AS searches,
        sum(searches_with_find) FILTER (inside) AS searches_with_find,
        sum(cells_searched) FILTER (inside) AS cells_searched,
        sum(unknown_searches) FILTER (inside) AS unknown_searches,
        sum(inmate_years) FILTER (inside) AS inmate_years,
        sum(observed_inmate_years) FILTER (inside) AS observed_inmate_years
    FROM sorted_out GROUP BY establishment_key
)
SELECT
    establishment_key,
    (establishment_key > 0)::BIGINT AS establishments,
    coalesce(quantity, 0)::BIGINT AS quantity,
    coalesce(open_lines, 0)::BIGINT AS open_lines,
    coalesce(unallocated, 0)::BIGINT AS unallocated,
    coalesce(lines_left_out, 0)::BIGINT AS lines_left_out,
    coalesce(phones, 0)::BIGINT AS phones,
    coalesce(mini_phones, 0)::BIGINT AS mini_phones,
    coalesce(searched_phones, 0)::BIGINT AS searched_phones,
    coalesce(finds, 0)::BIGINT AS finds,
    coalesce(searches, 0)::BIGINT AS searches,
    coalesce(searches_with_find, 0)::BIGINT AS searches_with_find,
    coalesce(cells_searched, 0)::BIGINT AS cells_searched,
    coalesce(unknown_searches, 0)::BIGINT AS unknown_searches,
    inmate_years,
    observed_inmate_years,
    finds IS NOT NULL OR searches IS NOT NULL AS reported
FROM selected_establishment($perimeter)
LEFT JOIN added_up USING (establishment_key)
ORDER BY establishment_key;
