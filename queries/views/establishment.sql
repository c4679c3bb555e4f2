-- The establishments with what the register says of them, and one row for what no establishment is named for.
-- returns: table establishment, one row per establishment, plus key 0 « unspecified »
--   establishment_key USMALLINT  its number in this served copy
--   mention           VARCHAR    why it belongs to the operation « Prison Break »: named (by a source), illustrative (demonstration), registered (rows of the register), null (not one of them)
--   in_operation      BOOLEAN    one of the establishments of that operation
CREATE TABLE establishment AS
WITH rows_of_operation AS (
    SELECT DISTINCT establishment_id FROM (
        SELECT establishment_id FROM search WHERE operation = 'prison_break'
        UNION SELECT establishment_id FROM seizure WHERE operation = 'prison_break'
    )
),
named AS (
    SELECT establishment_id FROM operation_establishments WHERE operation = 'prison_break' AND mention = 'named'
),
mentioned AS (
    SELECT
        e.*,
        CASE
            WHEN e.establishment_id IN (FROM named) THEN 'named'
            WHEN e.establishment_id NOT IN (SELECT establishment_id FROM rows_of_operation WHERE establishment_id IS NOT NULL) THEN NULL
            WHEN (SELECT provenance FROM register) = 'demonstration' THEN 'illustrative'
            ELSE 'registered'
        END AS mention
    FROM establishments AS e
)
SELECT
    row_number() OVER (ORDER BY establishment_id)::USMALLINT AS establishment_key,
    establishment_id, name, short_name, kind, commune, department_code, region_code, disp,
    latitude, longitude, operational_capacity, inmates, occupancy_month, status,
    mention, mention IS NOT NULL AS in_operation
FROM mentioned
UNION ALL
SELECT 0, 'unspecified', 'Établissement non précisé', 'Non précisé', '', '', '', '', '', NULL, NULL, NULL, NULL, NULL, 'open', NULL, false
ORDER BY establishment_key;
