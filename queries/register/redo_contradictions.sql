-- Which lines of an undone import contradict what stands now?
-- params: $import_id INTEGER
-- reads: live, search, seizure (the rows that stand), stored_claim, stored_search, stored_seizure, stored_import
-- returns: one row
--   contradictions BIGINT  lines that would stand in two wordings, or disagree with their find or search
--   example        VARCHAR the line_key of one; null if none
--   against        INTEGER the newest import that stands; undoing it, then those before it, lets the import be done again
WITH back AS (FROM stored_claim WHERE import_id = $import_id),
back_search AS (
    FROM stored_search WHERE wording_id IN (SELECT wording_id FROM back WHERE subject = 'search')
    AND wording_id NOT IN (SELECT wording_id FROM live)
),
back_seizure AS (
    FROM stored_seizure WHERE seizure_id IN (SELECT wording_id FROM back WHERE subject = 'seizure')
    AND seizure_id NOT IN (SELECT wording_id FROM live)
),
offender AS (
    SELECT line_key FROM back_seizure WHERE seizure_id IN (
        SELECT b.wording_id FROM back AS b JOIN live AS l USING (subject, line_id) WHERE b.wording_id <> l.wording_id)
    UNION
    SELECT line_key FROM back_search WHERE wording_id IN (
        SELECT b.wording_id FROM back AS b JOIN live AS l USING (subject, line_id) WHERE b.wording_id <> l.wording_id)
    UNION
    SELECT b.line_key FROM back_seizure AS b JOIN seizure AS s USING (find_id)
    WHERE (b.period_start, b.period_end, b.establishment_id, b.place, b.route, b.search_id, b.operation)
        IS DISTINCT FROM (s.period_start, s.period_end, s.establishment_id, s.place, s.route, s.search_id, s.operation)
    UNION
    SELECT b.line_key FROM back_seizure AS b JOIN search AS f USING (search_id)
    WHERE f.establishment_id IS DISTINCT FROM b.establishment_id
       OR f.searched_on < b.period_start OR f.searched_on >= b.period_end
    UNION
    SELECT b.line_key FROM back_search AS b JOIN seizure AS s USING (search_id)
    WHERE b.establishment_id IS DISTINCT FROM s.establishment_id
       OR b.searched_on < s.period_start OR b.searched_on >= s.period_end
)
SELECT
    count(*) AS contradictions, min(line_key) AS example,
    (SELECT max(import_id) FROM stored_import WHERE undone_at IS NULL) AS against
FROM offender;
