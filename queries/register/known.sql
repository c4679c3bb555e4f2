-- What the register already holds of the named searches and lines.
-- reads: named_search, named_seizure, live, stored_search, stored_seizure
-- returns: temporary tables known_search and known_seizure, one row per named search or line that stands already
--   wording_id BIGINT   the wording that stands
--   same       BOOLEAN  it is what the file says, as imported or as corrected since
CREATE TEMP TABLE known_search AS
SELECT n.search_id, n.wording_id AS asked, l.wording_id, l.wording_id = n.wording_id AS same
FROM (SELECT DISTINCT search_id, wording_id FROM named_search) AS n
JOIN live AS l ON l.subject = 'search' AND l.line_id = n.search_id;

CREATE TEMP TABLE known_seizure AS
SELECT n.line_id, n.seizure_id AS asked, l.wording_id, l.wording_id = n.seizure_id AS same
FROM named_seizure AS n
JOIN live AS l ON l.subject = 'seizure' AND l.line_id = n.line_id;

UPDATE known_search AS k SET same = true
FROM (FROM stored_search WHERE wording_id IN (SELECT wording_id FROM known_search WHERE NOT same)) AS s
WHERE NOT k.same AND s.wording_id = k.wording_id
  AND wording_of_search(s.search_ref, s.searched_on, s.establishment_id, s.search_kind, s.cells_searched, s.operation)
      = k.asked;

UPDATE known_seizure AS k SET same = true
FROM (FROM stored_seizure WHERE seizure_id IN (SELECT wording_id FROM known_seizure WHERE NOT same)) AS s
WHERE NOT k.same AND s.seizure_id = k.wording_id
  AND wording_of_seizure(
        s.line_key, s.find_ref, s.search_ref, s.period_start, s.period_end, s.establishment_id, s.item_type, s.model,
        s.quantity_min, s.quantity_qualifier, s.place, s.route, s.supplier, s.channel, s.attribution_confidence,
        s.operation) = k.asked;
