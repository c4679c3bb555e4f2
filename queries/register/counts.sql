-- How many source lines are new, how many the register has already, how many are contradicted.
-- reads: named_search, named_seizure, known_search, known_seizure, contradicted
-- returns: one row
--   new_lines, already_there, contradicted BIGINT  lines
WITH line AS (
    SELECT line_id, bool_and(known) AS known FROM (
        SELECT line_id, search_id IN (SELECT search_id FROM known_search) AS known FROM named_search
        UNION ALL
        SELECT line_id, line_id IN (SELECT line_id FROM known_seizure) FROM named_seizure
    )
    GROUP BY line_id
)
SELECT
    count(*) FILTER (c.line_id IS NULL AND NOT known) AS new_lines,
    count(*) FILTER (c.line_id IS NULL AND known) AS already_there,
    count(*) FILTER (c.line_id IS NOT NULL) AS contradicted
FROM line LEFT JOIN contradicted AS c USING (line_id);
