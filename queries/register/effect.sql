-- What an import would add, as a dashboard counts it.
-- reads: incoming_search, incoming_seizure, and the code list item_types
-- returns: one row per establishment, month of beginning and item type; searches have no item type
--   quantity, lines, searches, cells_searched BIGINT  added; only lines whose review lets them count
SELECT
    establishment_id, date_trunc('month', period_start)::DATE AS month, item_type,
    sum(quantity_min)::BIGINT AS quantity, count(*) AS lines, 0::BIGINT AS searches, 0::BIGINT AS cells_searched
FROM incoming_seizure WHERE review_state IN ('to_check', 'checked')
GROUP BY ALL
UNION ALL
SELECT establishment_id, date_trunc('month', searched_on)::DATE, NULL, 0, 0, count(*), coalesce(sum(cells_searched), 0)::BIGINT
FROM incoming_search
GROUP BY ALL
ORDER BY establishment_id, month, item_type;
