-- The source lines that the register, or the rest of their file, contradicts: they are refused, never chosen between.
-- reads: given_search, given_seizure, named_search, named_seizure, known_search, known_seizure, search, seizure (the rows that stand)
-- returns: temporary table contradicted, one row per line
--   reason UTINYINT  1: the line stands with other values · 2: its search is described otherwise · 3: its find is ·
--                    4: a find and its search differ in establishment or dates ·
--                    0: two lines of the file have this identity
CREATE TEMP VIEW new_seizure AS FROM named_seizure ANTI JOIN known_seizure USING (line_id);

CREATE TEMP TABLE disagreeing_find AS
SELECT find_id FROM (
    SELECT find_id, described FROM new_seizure
    UNION ALL
    SELECT find_id, description_of_find(period_start, period_end, establishment_id, place, route, search_id, operation)
    FROM seizure WHERE find_id IN (SELECT find_id FROM new_seizure)
)
GROUP BY find_id HAVING min(described) <> max(described);

-- The day and place of new searches and of new lines that a search found.
CREATE TEMP VIEW new_search AS
SELECT line_id, search_id, searched_on, given_search.establishment_id
FROM named_search ANTI JOIN known_search USING (search_id) JOIN given_search USING (position);

CREATE TEMP VIEW new_found AS
SELECT line_id, named_seizure.search_id, period_start, period_end, given_seizure.establishment_id
FROM (FROM named_seizure WHERE search_id IS NOT NULL) AS named_seizure ANTI JOIN known_seizure USING (line_id)
JOIN given_seizure USING (position);

CREATE TEMP TABLE contradicted AS
SELECT line_id, min(reason)::UTINYINT AS reason FROM (
    SELECT line_id, 1 AS reason FROM known_seizure WHERE NOT same
    UNION ALL
    SELECT line_id, 0 FROM named_seizure GROUP BY line_id HAVING count(*) > 1
    UNION ALL
    SELECT line_id, 2 FROM named_search
    SEMI JOIN (FROM known_search WHERE NOT same) AS k ON k.search_id = named_search.search_id AND k.asked = named_search.wording_id
    UNION ALL
    SELECT line_id, 2 FROM named_search
    WHERE search_id IN (SELECT search_id FROM named_search GROUP BY search_id HAVING min(wording_id) <> max(wording_id))
    UNION ALL
    SELECT line_id, 3 FROM new_seizure SEMI JOIN disagreeing_find USING (find_id)
    UNION ALL
    SELECT s.line_id, 4 FROM new_found AS s
    JOIN (SELECT search_id, searched_on, establishment_id FROM new_search
          UNION SELECT search_id, searched_on, establishment_id FROM search
          WHERE search_id IN (SELECT search_id FROM new_found)) AS f USING (search_id)
    WHERE f.establishment_id IS DISTINCT FROM s.establishment_id
       OR f.searched_on < s.period_start OR f.searched_on >= s.period_end
    UNION ALL
    SELECT f.line_id, 4 FROM new_search AS f
    JOIN seizure AS s USING (search_id)
    WHERE f.establishment_id IS DISTINCT FROM s.establishment_id
       OR f.searched_on < s.period_start OR f.searched_on >= s.period_end
)
GROUP BY line_id;
