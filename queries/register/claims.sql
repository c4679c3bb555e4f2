-- Record what an import names, « already there » included.
-- params: $import_id INTEGER
INSERT INTO lake.claim
SELECT $import_id, 'seizure', n.line_id, coalesce(k.wording_id, n.seizure_id)
FROM named_seizure AS n ANTI JOIN contradicted USING (line_id) LEFT JOIN known_seizure AS k USING (line_id)
UNION ALL
SELECT DISTINCT $import_id, 'search', n.search_id, coalesce(k.wording_id, n.wording_id)
FROM named_search AS n ANTI JOIN contradicted USING (line_id) LEFT JOIN known_search AS k USING (search_id);
