-- What the served copy is a copy of.
-- params: $version INTEGER
-- returns: table register, one row
--   version       INTEGER    the version of the lake
--   committed_at  TIMESTAMP  when it was committed (UTC)
--   first_day     DATE       first day that a row speaks of
--   last_day      DATE       last day that a row speaks of
CREATE TABLE register AS
WITH days AS (
    SELECT min(period_start) AS first_day, max(period_end) - 1 AS last_day FROM seizure
    UNION ALL
    SELECT min(searched_on), max(searched_on) FROM search
)
SELECT
    h.register_id, h.name, h.provenance, h.schema_version, $version AS version,
    v.snapshot_time AT TIME ZONE 'UTC' AS committed_at,
    coalesce((SELECT min(first_day) FROM days), (v.snapshot_time AT TIME ZONE 'UTC')::DATE) AS first_day,
    coalesce((SELECT max(last_day) FROM days), (v.snapshot_time AT TIME ZONE 'UTC')::DATE) AS last_day
FROM stored_head AS h, lake.snapshots() AS v
WHERE v.snapshot_id = $version;
