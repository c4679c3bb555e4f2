-- The changes asked for that change something, with the values that they replace.
-- reads: given_change (subject, wording_id, field, new_value), search, seizure (the rows that stand)
-- returns: temporary table change, one row per value
--   subject, wording_id, field, old_value, new_value  as the register's table `edit` has them
CREATE TEMP TABLE change AS
WITH line AS (
    SELECT seizure_id AS wording_id, COLUMNS(* EXCLUDE (seizure_id, find_id, search_id, line_key, find_ref, search_ref))::VARCHAR
    FROM seizure WHERE seizure_id IN (SELECT wording_id FROM given_change WHERE subject = 'seizure')
),
searched AS (
    SELECT wording_id, COLUMNS(* EXCLUDE (wording_id, search_id, line_key, search_ref))::VARCHAR
    FROM search WHERE wording_id IN (SELECT wording_id FROM given_change WHERE subject = 'search')
),
held AS (
    SELECT 'seizure' AS subject, wording_id, field, old_value
    FROM line UNPIVOT INCLUDE NULLS (old_value FOR field IN (COLUMNS(* EXCLUDE wording_id)))
    UNION ALL
    SELECT 'search', wording_id, field, old_value
    FROM searched UNPIVOT INCLUDE NULLS (old_value FOR field IN (COLUMNS(* EXCLUDE wording_id)))
)
SELECT DISTINCT subject, wording_id, field, old_value, new_value
FROM given_change JOIN held USING (subject, wording_id, field)
WHERE old_value IS DISTINCT FROM new_value;
