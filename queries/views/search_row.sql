-- The searches with what they found.
-- returns: table search_row, one row per search, by establishment and day
--   phones, items  INTEGER  found by it, in counted lines; 0 when it found nothing
CREATE TABLE search_row AS
WITH found AS (
    SELECT
        search_id,
        sum(quantity_min)::INTEGER AS items,
        coalesce(sum(quantity_min) FILTER (
            item_type IN (SELECT item_type::item_type FROM item_types WHERE family = 'phone')), 0)::INTEGER AS phones
    FROM line WHERE counted AND search_id IS NOT NULL GROUP BY search_id
)
SELECT
    f.searched_on, e.establishment_key, f.search_kind::search_kind AS search_kind, f.operation::operation AS operation,
    f.cells_searched, coalesce(found.items, 0) AS items, coalesce(found.phones, 0) AS phones
FROM search AS f
JOIN establishment AS e USING (establishment_id)
LEFT JOIN found USING (search_id)
ORDER BY establishment_key, searched_on, search_kind, cells_searched;
