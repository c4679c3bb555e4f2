-- All that can be counted, added up at three levels of detail; a question reads the coarsest that answers it exactly.
-- One table, so that a question is one scan: joining four would cost more than reading them.
-- returns: table fact, one row per level, subject, period, establishment and codes
--   rollup              UTINYINT  0: month, item type and supplier · 1: month, all codes · 2: own periods, all codes · 3: as 0, finds whatever they hold
--   subject             UTINYINT  0: items · 1: finds · 2: searches · 3: inmates present; each has its own columns, null or 0 elsewhere
--   period_start/end    DATE      half-open; what lies within one month stands in that month at levels 0 and 1
--   quantity            INTEGER   items of counted lines (lower bound where open_lines > 0)
--   lines, open_lines   INTEGER   counted lines, and those whose quantity is « at least » or unknown
--   searched_quantity   INTEGER   items found by searches whose number of cells is known
--   lines_left_out      INTEGER   lines that the review keeps from counting
--   signature, finds    UINTEGER, INTEGER  finds with a counted line, by what they hold
--   searches            INTEGER   search actions, with or without finds
--   searches_with_find  INTEGER   those with at least one counted line
--   cells_searched      INTEGER   cells, over the searches whose number of cells is known
--   unknown_searches    INTEGER   searches whose number of cells is not known
--   inmate_years        DOUBLE    days x inmates / 365.25, where inmates are known
--   observed_inmate_years DOUBLE  those that rest on a month of the occupancy file
CREATE TABLE fact AS
WITH item_month AS (
    SELECT
        bin_start AS period_start, bin_end AS period_end, establishment_key,
        item_type, supplier, route, search_kind, channel, operation, model,
        coalesce(sum(quantity_min) FILTER (counted), 0)::INTEGER AS quantity,
        count(*) FILTER (counted)::INTEGER AS lines,
        count(*) FILTER (counted AND open_ended)::INTEGER AS open_lines,
        coalesce(sum(quantity_min) FILTER (counted AND cells_known), 0)::INTEGER AS searched_quantity,
        count(*) FILTER (NOT counted)::INTEGER AS lines_left_out
    FROM line GROUP BY ALL
),
item_coarse AS (
    SELECT
        period_start, period_end, establishment_key, item_type, supplier,
        sum(quantity)::INTEGER AS quantity, sum(lines)::INTEGER AS lines, sum(open_lines)::INTEGER AS open_lines,
        sum(searched_quantity)::INTEGER AS searched_quantity, sum(lines_left_out)::INTEGER AS lines_left_out
    FROM item_month GROUP BY ALL
),
item_own AS (
    SELECT
        period_start, period_end, establishment_key, item_type, supplier, route, search_kind, channel, operation, model,
        coalesce(sum(quantity_min) FILTER (counted), 0)::INTEGER AS quantity,
        count(*) FILTER (counted)::INTEGER AS lines,
        count(*) FILTER (counted AND open_ended)::INTEGER AS open_lines,
        coalesce(sum(quantity_min) FILTER (counted AND cells_known), 0)::INTEGER AS searched_quantity,
        count(*) FILTER (NOT counted)::INTEGER AS lines_left_out
    FROM line GROUP BY ALL
),
find_month AS (
    SELECT bin_start AS period_start, bin_end AS period_end, establishment_key, route, search_kind, operation, signature, count(*)::INTEGER AS finds
    FROM find GROUP BY ALL
),
find_coarse AS (
    SELECT period_start, period_end, establishment_key, signature, sum(finds)::INTEGER AS finds FROM find_month GROUP BY ALL
),
find_plain AS (
    SELECT period_start, period_end, establishment_key, sum(finds)::INTEGER AS finds FROM find_coarse GROUP BY ALL
),
find_own AS (
    SELECT period_start, period_end, establishment_key, route, search_kind, operation, signature, count(*)::INTEGER AS finds
    FROM find GROUP BY ALL
),
search_day AS (
    SELECT
        searched_on AS period_start, searched_on + 1 AS period_end, establishment_key, search_kind, operation,
        count(*)::INTEGER AS searches,
        count(*) FILTER (items > 0)::INTEGER AS searches_with_find,
        coalesce(sum(cells_searched), 0)::INTEGER AS cells_searched,
        count(*) FILTER (cells_searched IS NULL)::INTEGER AS unknown_searches
    FROM search_row GROUP BY ALL
),
search_month AS (
    SELECT
        date_trunc('month', d.period_start)::DATE AS period_start,
        (date_trunc('month', d.period_start) + INTERVAL 1 MONTH)::DATE AS period_end,
        establishment_key, search_kind, operation,
        sum(searches)::INTEGER AS searches, sum(searches_with_find)::INTEGER AS searches_with_find,
        sum(cells_searched)::INTEGER AS cells_searched, sum(unknown_searches)::INTEGER AS unknown_searches
    FROM search_day AS d GROUP BY ALL
),
search_coarse AS (
    SELECT
        period_start, period_end, establishment_key,
        sum(searches)::INTEGER AS searches, sum(searches_with_find)::INTEGER AS searches_with_find,
        sum(cells_searched)::INTEGER AS cells_searched, sum(unknown_searches)::INTEGER AS unknown_searches
    FROM search_month GROUP BY ALL
),
present_day AS (
    SELECT
        day::DATE AS period_start, day::DATE + 1 AS period_end, establishment_key,
        inmates / 365.25 AS inmate_years, CASE WHEN basis = 'observed' THEN inmates / 365.25 ELSE 0 END AS observed_inmate_years
    FROM exposure, generate_series(month::TIMESTAMP, month + INTERVAL 1 MONTH - INTERVAL 1 DAY, INTERVAL 1 DAY) AS days(day)
    WHERE inmates IS NOT NULL
),
present_month AS (
    SELECT
        date_trunc('month', d.period_start)::DATE AS period_start,
        (date_trunc('month', d.period_start) + INTERVAL 1 MONTH)::DATE AS period_end,
        establishment_key, sum(inmate_years) AS inmate_years, sum(observed_inmate_years) AS observed_inmate_years
    FROM present_day AS d GROUP BY ALL
)
SELECT * FROM (
    SELECT 0::UTINYINT AS rollup, 0::UTINYINT AS subject, * FROM item_coarse
    UNION ALL BY NAME SELECT 1::UTINYINT AS rollup, 0::UTINYINT AS subject, * FROM item_month
    UNION ALL BY NAME SELECT 2::UTINYINT AS rollup, 0::UTINYINT AS subject, * FROM item_own
    UNION ALL BY NAME SELECT 3::UTINYINT AS rollup, 0::UTINYINT AS subject, * FROM item_coarse
    UNION ALL BY NAME SELECT 3::UTINYINT AS rollup, 1::UTINYINT AS subject, * FROM find_plain
    UNION ALL BY NAME SELECT 3::UTINYINT AS rollup, 2::UTINYINT AS subject, * FROM search_coarse
    UNION ALL BY NAME SELECT 3::UTINYINT AS rollup, 3::UTINYINT AS subject, * FROM present_month
    UNION ALL BY NAME SELECT 0::UTINYINT AS rollup, 1::UTINYINT AS subject, * FROM find_coarse
    UNION ALL BY NAME SELECT 1::UTINYINT AS rollup, 1::UTINYINT AS subject, * FROM find_month
    UNION ALL BY NAME SELECT 2::UTINYINT AS rollup, 1::UTINYINT AS subject, * FROM find_own
    UNION ALL BY NAME SELECT 0::UTINYINT AS rollup, 2::UTINYINT AS subject, * FROM search_coarse
    UNION ALL BY NAME SELECT 1::UTINYINT AS rollup, 2::UTINYINT AS subject, * FROM search_month
    UNION ALL BY NAME SELECT 2::UTINYINT AS rollup, 2::UTINYINT AS subject, * FROM search_day
    UNION ALL BY NAME SELECT 0::UTINYINT AS rollup, 3::UTINYINT AS subject, * FROM present_month
    UNION ALL BY NAME SELECT 1::UTINYINT AS rollup, 3::UTINYINT AS subject, * FROM present_month
    UNION ALL BY NAME SELECT 2::UTINYINT AS rollup, 3::UTINYINT AS subject, * FROM present_day
)
ORDER BY rollup, subject, period_start, establishment_key;
