-- What an import adds to the register: what it names, less what stands already and what is contradicted.
-- reads: named_search, known_search, new_seizure, contradicted, stored_head
-- returns: temporary views incoming_search and incoming_seizure, in the columns of the register
CREATE TEMP VIEW incoming_search AS
SELECT * EXCLUDE (line_id), (SELECT provenance FROM stored_head) AS provenance
FROM named_search
ANTI JOIN contradicted USING (line_id)
ANTI JOIN known_search USING (search_id)
QUALIFY row_number() OVER (PARTITION BY search_id ORDER BY line_key) = 1;

CREATE TEMP VIEW incoming_seizure AS
SELECT * EXCLUDE (line_id), (SELECT provenance FROM stored_head) AS provenance
FROM new_seizure ANTI JOIN contradicted USING (line_id);
