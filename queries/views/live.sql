-- The rows of the register that stand: those that no import brought, and those that an import which is not undone claims.
-- reads: stored_search, stored_seizure, stored_claim, stored_import
-- returns: temporary table live, one row per claimed search or line: in which wording (wording_id) it stands;
--          temporary views search and seizure, the rows that stand
-- No two imports that stand claim one line in two wordings: `portique/register/imports.py` refuses what would.
CREATE TEMP TABLE live AS
SELECT subject, line_id, max(wording_id) AS wording_id
FROM stored_claim SEMI JOIN (FROM stored_import WHERE undone_at IS NULL) USING (import_id)
GROUP BY subject, line_id;

CREATE TEMP VIEW search AS
FROM stored_search WHERE wording_id IS NULL OR wording_id IN (SELECT wording_id FROM live WHERE subject = 'search');

CREATE TEMP VIEW seizure AS
FROM stored_seizure WHERE line_key IS NULL OR seizure_id IN (SELECT wording_id FROM live WHERE subject = 'seizure');
