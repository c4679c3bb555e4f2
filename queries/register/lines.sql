-- The item lines that stand, to be read, reviewed and corrected one by one.
-- params: $import_id INTEGER, $establishment_id VARCHAR, $review_state VARCHAR, $first_day DATE, $last_day DATE (null: all), $most INTEGER
-- reads: seizure (the rows that stand), search, stored_claim, stored_edit, stored_note
-- returns: at most $most rows, one per line, the latest first; the columns of the register's table and
--   search_kind, cells_searched, search_wording_id, searched_on, search_establishment_id  of the search that found it
--   edits, notes BIGINT          how many changes by hand, how many notes
SELECT
    s.*, f.search_kind, f.cells_searched, f.wording_id AS search_wording_id, f.searched_on,
    f.establishment_id AS search_establishment_id,
    (SELECT count(*) FROM stored_edit AS e WHERE e.subject = 'seizure' AND e.wording_id = s.seizure_id) AS edits,
    (SELECT count(*) FROM stored_note AS n WHERE n.subject = 'seizure' AND n.wording_id = s.seizure_id) AS notes
FROM seizure AS s
LEFT JOIN search AS f USING (search_id)
WHERE ($import_id IS NULL OR s.seizure_id IN (
        SELECT wording_id FROM stored_claim WHERE import_id = $import_id AND subject = 'seizure'))
    AND ($establishment_id IS NULL OR s.establishment_id = $establishment_id)
    AND ($review_state IS NULL OR s.review_state = $review_state)
    AND ($first_day IS NULL OR s.period_end > $first_day)
    AND ($last_day IS NULL OR s.period_start <= $last_day)
ORDER BY s.period_start DESC, s.line_key
LIMIT $most;
