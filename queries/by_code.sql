-- Of what, through which route, from which supplier or channel, of which model?
-- params: selection STRUCT, perimeter BOOLEAN[], items VARCHAR[], dimension VARCHAR
-- `dimension`: item_type, route, supplier, channel, operation, search_kind or model.
-- returns: one row per code, item type and establishment that hold something, in the order of display
--   establishment_key INTEGER  the establishment; 0 where none is named
--   code       VARCHAR  the code; '' where the line has none
--   item_type  VARCHAR  the item type
--   quantity   BIGINT   items of the measure in counted lines wholly inside the period
--   open_lines BIGINT   lines of it whose quantity is « at least » or unknown
--   lines      BIGINT   counted lines
WITH coded AS (
    SELECT
        CASE $dimension
            WHEN 'item_type' THEN enum_code(item_type) WHEN 'route' THEN enum_code(route) WHEN 'supplier' THEN enum_code(supplier)
            WHEN 'channel' THEN enum_code(channel) WHEN 'operation' THEN enum_code(operation)
            WHEN 'search_kind' THEN enum_code(search_kind) WHEN 'model' THEN enum_code(model) END AS position,
        establishment_key, item_type, sum(quantity) AS quantity, sum(open_lines) AS open_lines, sum(lines) AS lines
    FROM selected_fact($selection, $perimeter)
    WHERE subject = 0 AND inside AND list_contains($items::item_type[], item_type)
    GROUP BY ALL
)
SELECT
    establishment_key,
    coalesce(CASE $dimension
        WHEN 'item_type' THEN enum_range(NULL::item_type)[position + 1]::VARCHAR WHEN 'route' THEN enum_range(NULL::route)[position + 1]::VARCHAR
        WHEN 'supplier' THEN enum_range(NULL::supplier)[position + 1]::VARCHAR WHEN 'channel' THEN enum_range(NULL::channel)[position + 1]::VARCHAR
        WHEN 'operation' THEN enum_range(NULL::operation)[position + 1]::VARCHAR
        WHEN 'search_kind' THEN enum_range(NULL::search_kind)[position + 1]::VARCHAR
        WHEN 'model' THEN enum_range(NULL::model)[position + 1]::VARCHAR END, '') AS code,
    item_type::VARCHAR AS item_type,
    quantity::BIGINT AS quantity, open_lines::BIGINT AS open_lines, lines::BIGINT AS lines
FROM coded
WHERE lines > 0
ORDER BY position NULLS LAST, coded.item_type, establishment_key;
