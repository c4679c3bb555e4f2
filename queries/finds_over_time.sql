-- How many finds in each day, week, month, quarter or year?
-- params: selection STRUCT, perimeter BOOLEAN[], bin VARCHAR
-- returns: one row per bin that holds something, ordered by bin
--   bin   DATE    first day of the bin; null: finds inside the period that no single bin holds
--   finds BIGINT  finds
SELECT
    CASE WHEN date_trunc($bin, period_start) = date_trunc($bin, period_end - 1) THEN date_trunc($bin, period_start)::DATE END AS bin,
    sum(finds)::BIGINT AS finds
FROM selected_find($selection, $perimeter)
WHERE inside
GROUP BY bin
ORDER BY bin NULLS LAST;
