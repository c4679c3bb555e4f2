-- Inmates of each establishment in each month that the register covers, and on what they rest.
-- returns: temporary table exposure, one row per establishment and month
--   month   DATE     first day of the month
--   inmates DOUBLE   inmates on the first of the month; null where no month of the occupancy file gives them
--   basis   VARCHAR  observed · interpolated (between two observed months) · carried_back (before the first) · carried_forward (after the last) · none
CREATE TEMP TABLE exposure AS
WITH known AS (
    SELECT establishment_key, month, occupancy.inmates AS inmates FROM occupancy JOIN establishment USING (establishment_id) WHERE occupancy.inmates IS NOT NULL
),
wanted AS (
    SELECT e.establishment_key, m.month::DATE AS month
    FROM establishment AS e,
         generate_series(
             (SELECT date_trunc('year', first_day) FROM register)::TIMESTAMP,
             (SELECT last_day FROM register)::TIMESTAMP, INTERVAL 1 MONTH) AS m(month)
),
around AS (
    SELECT w.*, b.month AS month_before, b.inmates AS inmates_before, a.month AS month_after, a.inmates AS inmates_after
    FROM wanted AS w
    ASOF LEFT JOIN known AS b ON w.establishment_key = b.establishment_key AND w.month >= b.month
    ASOF LEFT JOIN known AS a ON w.establishment_key = a.establishment_key AND w.month <= a.month
)
SELECT
    establishment_key, month,
    CASE
        WHEN month_before IS NULL THEN inmates_after
        WHEN month_after IS NULL OR month_after = month_before THEN inmates_before
        ELSE inmates_before + (inmates_after - inmates_before) * datediff('day', month_before, month) / datediff('day', month_before, month_after)::DOUBLE
    END::DOUBLE AS inmates,
    CASE
        WHEN month_before IS NULL AND month_after IS NULL THEN 'none'
        WHEN month_before = month_after THEN 'observed'
        WHEN month_before IS NULL THEN 'carried_back'
        WHEN month_after IS NULL THEN 'carried_forward'
        ELSE 'interpolated'
    END AS basis
FROM around
ORDER BY establishment_key, month;
