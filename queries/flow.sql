-- Which supplier, through which channel, to which region?
-- params: selection STRUCT, perimeter BOOLEAN[], items VARCHAR[]
-- returns: one row per supplier, channel and establishment that hold something, in the order of display
--   establishment_key INTEGER  the establishment; 0 where none is named
--   supplier    VARCHAR  code of the supplier
--   channel     VARCHAR  code of the channel
--   region_code VARCHAR  code of the region; '' where no establishment is named
--   quantity    BIGINT   items of the measure in counted lines wholly inside the period
SELECT
    establishment_key,
    c.supplier::VARCHAR AS supplier,
    c.channel::VARCHAR AS channel,
    e.region_code,
    sum(c.quantity)::BIGINT AS quantity
FROM selected_fact($selection, $perimeter) AS c
JOIN establishment AS e USING (establishment_key)
WHERE subject = 0 AND inside AND list_contains($items::item_type[], c.item_type)
GROUP BY c.supplier, c.channel, e.region_code, establishment_key
HAVING sum(c.quantity) > 0
ORDER BY c.supplier, c.channel, e.region_code, establishment_key;
