-- The establishments that a user confirmed beyond those of data/, where a row that stands names them; no coordinates.
-- reads: stored_extra_establishment, search, seizure; adds to: establishments
INSERT INTO establishments BY NAME
SELECT
    establishment_id, name, name AS short_name, kind, commune, department_code, region_code, disp,
    CASE WHEN closed_on IS NULL THEN 'open' ELSE 'closed' END AS status
FROM stored_extra_establishment
ANTI JOIN establishments USING (establishment_id)
WHERE establishment_id IN (SELECT establishment_id FROM search UNION SELECT establishment_id FROM seizure);
