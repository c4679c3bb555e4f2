-- Of what, through which route, from which supplier or channel, of which model?
-- params: selection STRUCT, perimeter BOOLEAN[], items VARCHAR[], dimension VARCHAR
-- `dimension`: item_type, route, supplier, channel, operation, search_kind or model.
-- returns: one row per code and establishment that hold something, in the order of display
--   establishment_key INTEGER  the establishment; 0 where none is named
--   code       VARCHAR  the code; '' where the line has none
--   quantity   BIGINT   items of the measure in counted lines wholly inside the period
--   open_lines BIGINT   lines of it whose quantity is « at least » or unknown
--   lines      BIGINT   counted lines
WITH coded AS (
    SELECT
        CASE $dimension
            WHEN 'item_type' THEN item_type::VARCHAR WHEN 'route' THEN route::VARCHAR WHEN 'supplier' THEN supplier::VARCHAR
            WHEN 'channel' THEN channel::VARCHAR WHEN 'operation' THEN operation::VARCHAR
            WHEN 'search_kind' THEN search_kind::VARCHAR WHEN 'model' THEN model::VARCHAR END AS code,
        CASE $dimension
            WHEN 'item_type' THEN enum_code(item_type) WHEN 'route' THEN enum_code(route) WHEN 'supplier' THEN enum_code(supplier)
            WHEN 'channel' THEN enum_code(channel) WHEN 'operation' THEN enum_code(operation)
            WHEN 'search_kind' THEN enum_code(search_kind) WHEN 'model' THEN enum_code(model) END AS position,
        establishment_key, quantity, open_lines, lines
    FROM selected_fact($selection, $perimeter)
    WHERE subject = 0 AND inside AND list_contains($items::item_type[], item_type)
)
SELECT establishment_key, coalesce(code, '') AS code, sum(quantity)::BIGINT AS quantity, sum(open_lines)::BIGINT AS open_lines, sum(lines)::BIGINT AS lines
FROM coded
GROUP BY code, position, establishment_key
HAVING sum(lines) > 0
ORDER BY position NULLS LAST, establishment_key;
