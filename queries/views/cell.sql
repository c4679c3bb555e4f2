-- Seizures added up at three levels of detail; a question reads the coarsest that answers it exactly.
-- returns: table cell, one row per level, period, establishment and codes
--   rollup            UTINYINT  0: month, item type, supplier · 1: month, all codes · 2: the lines' own periods, all codes
--   period_start/end  DATE      half-open; a line within one month stands in that month at levels 0 and 1
--   quantity          INTEGER   items, of counted lines (lower bound where open_lines > 0)
--   lines, open_lines INTEGER   counted lines, and those whose quantity is « at least » or unknown
--   searched_quantity INTEGER   items found by searches whose number of cells is known
--   lines_left_out    INTEGER   lines that the review keeps from counting
CREATE TABLE cell AS
WITH detailed AS (
    SELECT
        1::UTINYINT AS rollup, bin_start AS period_start, bin_end AS period_end,
        establishment_key, item_type, supplier, route, search_kind, channel, operation, model,
        coalesce(sum(quantity_min) FILTER (counted), 0)::INTEGER AS quantity,
        count(*) FILTER (counted)::INTEGER AS lines,
        count(*) FILTER (counted AND open_ended)::INTEGER AS open_lines,
        coalesce(sum(quantity_min) FILTER (counted AND cells_known), 0)::INTEGER AS searched_quantity,
        count(*) FILTER (NOT counted)::INTEGER AS lines_left_out
    FROM line GROUP BY ALL
)
FROM detailed
UNION ALL
SELECT
    0, period_start, period_end, establishment_key, item_type, supplier, NULL, NULL, NULL, NULL, NULL,
    sum(quantity)::INTEGER, sum(lines)::INTEGER, sum(open_lines)::INTEGER, sum(searched_quantity)::INTEGER, sum(lines_left_out)::INTEGER
FROM detailed GROUP BY period_start, period_end, establishment_key, item_type, supplier
UNION ALL
SELECT
    2, period_start, period_end, establishment_key, item_type, supplier, route, search_kind, channel, operation, model,
    coalesce(sum(quantity_min) FILTER (counted), 0)::INTEGER,
    count(*) FILTER (counted)::INTEGER,
    count(*) FILTER (counted AND open_ended)::INTEGER,
    coalesce(sum(quantity_min) FILTER (counted AND cells_known), 0)::INTEGER,
    count(*) FILTER (NOT counted)::INTEGER
FROM line
GROUP BY period_start, period_end, establishment_key, item_type, supplier, route, search_kind, channel, operation, model
ORDER BY rollup, period_start, establishment_key;
