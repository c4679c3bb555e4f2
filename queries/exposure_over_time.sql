-- How many inmate-years were lived in each month, quarter or year, and on what do they rest?
-- params: selection STRUCT, perimeter BOOLEAN[], bin VARCHAR
-- returns: one row per bin, ordered by bin
--   bin                   DATE    first day of the bin
--   inmate_years          DOUBLE  inmate-years; null where none are known
--   observed_inmate_years DOUBLE  those that rest on a month of the occupancy file
SELECT
    date_trunc($bin, month)::DATE AS bin,
    sum(inmate_years) AS inmate_years,
    coalesce(sum(inmate_years) FILTER (basis = 'observed'), 0) AS observed_inmate_years
FROM selected_exposure($selection, $perimeter)
GROUP BY bin
ORDER BY bin;
