-- How many source lines are new, and how many the register has already; the others are contradicted.
-- reads: named_search, named_seizure, known_search, known_seizure, contradicted
-- returns: one row
--   new_lines, already_there BIGINT  lines
WITH line AS (
    SELECT line_id, bool_and(known) AS known FROM (
        SELECT line_id, search_id IN (SELECT search_id FROM known_search) AS known FROM named_search
        UNION ALL
        SELECT line_id, line_id IN (SELECT line_id FROM known_seizure) FROM named_seizure
    )
    GROUP BY line_id
)
SELECT
    count(*) FILTER (NOT known) AS new_lines,
    count(*) FILTER (known) AS already_there
FROM line ANTI JOIN contradicted USING (line_id);
