-- The rows that were just changed, to be held to the rules as if they were new, beside the rows that were not.
-- reads: change, live, stored_search, stored_seizure
-- returns: temporary tables incoming_search, incoming_seizure (together_* are the same); temporary views search, seizure without those rows
CREATE TEMP TABLE incoming_search AS
FROM search WHERE wording_id IN (SELECT wording_id FROM change WHERE subject = 'search');

CREATE TEMP TABLE incoming_seizure AS
FROM seizure WHERE seizure_id IN (SELECT wording_id FROM change WHERE subject = 'seizure')
    OR search_id IN (SELECT search_id FROM incoming_search);

CREATE OR REPLACE TEMP VIEW search AS
FROM stored_search
WHERE (wording_id IS NULL OR wording_id IN (SELECT wording_id FROM live WHERE subject = 'search'))
    AND search_id NOT IN (SELECT search_id FROM incoming_search);

CREATE OR REPLACE TEMP VIEW seizure AS
FROM stored_seizure
WHERE (line_key IS NULL OR seizure_id IN (SELECT wording_id FROM live WHERE subject = 'seizure'))
    AND seizure_id NOT IN (SELECT seizure_id FROM incoming_seizure);

CREATE TEMP VIEW together_search AS FROM incoming_search;
CREATE TEMP VIEW together_seizure AS FROM incoming_seizure;
