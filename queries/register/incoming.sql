-- What an import adds to the register: what it names, less what stands already and what is contradicted.
-- reads: given_search, given_seizure, named_search, known_search, new_seizure, contradicted, stored_head
-- returns: temporary views incoming_search and incoming_seizure, in the columns of the register;
--          together_search and together_seizure, empty: how rows go together was asked by contradicted.sql
CREATE TEMP VIEW incoming_search AS
SELECT named.search_id, named.wording_id, (SELECT provenance FROM stored_head) AS provenance, given_search.* EXCLUDE (position)
FROM (
    SELECT search_id, wording_id, min(position) AS position
    FROM named_search
    ANTI JOIN contradicted USING (line_id)
    ANTI JOIN known_search USING (search_id)
    GROUP BY ALL
) AS named
JOIN given_search USING (position);

CREATE TEMP VIEW incoming_seizure AS
SELECT
    named.seizure_id, named.find_id, named.search_id, (SELECT provenance FROM stored_head) AS provenance,
    given_seizure.* EXCLUDE (position)
FROM given_seizure JOIN (FROM new_seizure ANTI JOIN contradicted USING (line_id)) AS named USING (position);

CREATE TEMP VIEW together_search AS FROM incoming_search LIMIT 0;
CREATE TEMP VIEW together_seizure AS FROM incoming_seizure LIMIT 0;
