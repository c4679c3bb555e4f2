-- What a version of the register holds, added up in one way.
-- params: $by VARCHAR establishment, month or item_type
-- reads: search, seizure (the rows that stand)
-- returns: one row per establishment, month of beginning or item type, in the order of its code
--   code      VARCHAR  null for what has none
--   quantity, lines, lines_left_out, searches, cells_searched BIGINT  quantity and lines of counted lines only
WITH told AS (
    SELECT
        CASE $by WHEN 'establishment' THEN establishment_id WHEN 'month' THEN strftime(period_start, '%Y-%m') ELSE item_type END AS code,
        quantity_min AS quantity, review_state IN ('to_check', 'checked') AS counted, NULL::INTEGER AS cells, false AS searched
    FROM seizure
    UNION ALL
    SELECT
        CASE $by WHEN 'establishment' THEN establishment_id WHEN 'month' THEN strftime(searched_on, '%Y-%m') END,
        0, false, cells_searched, true
    FROM search
)
SELECT
    code,
    coalesce(sum(quantity) FILTER (counted), 0)::BIGINT AS quantity,
    count(*) FILTER (counted) AS lines,
    count(*) FILTER (NOT counted AND NOT searched) AS lines_left_out,
    count(*) FILTER (searched) AS searches,
    coalesce(sum(cells), 0)::BIGINT AS cells_searched
FROM told
GROUP BY code
ORDER BY code NULLS LAST;
