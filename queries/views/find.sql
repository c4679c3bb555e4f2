-- Finds (« saisies »): a find counts once whatever lines it holds, so what its lines are is kept as a signature.
-- returns: temporary table find, one row per find with a counted line; table signature_line, one row per signature and
--          distinct (item type, supplier, channel) in it: finds that hold the same share a signature
CREATE TEMP TABLE packed_find AS
SELECT
    find_id,
    first(period_start) AS period_start, first(period_end) AS period_end,
    first(bin_start) AS bin_start, first(bin_end) AS bin_end,
    first(establishment_key) AS establishment_key,
    first(route) AS route, first(search_kind) AS search_kind, first(operation) AS operation,
    list_sort(list_distinct(list(
        enum_code(item_type)::UBIGINT * 4294967296 + enum_code(supplier)::UBIGINT * 65536 + enum_code(channel)::UBIGINT
    ))) AS packed
FROM line WHERE counted
GROUP BY find_id;

CREATE TEMP TABLE signature AS
SELECT row_number() OVER (ORDER BY packed)::UINTEGER AS signature, packed FROM (SELECT DISTINCT packed FROM packed_find);

CREATE TABLE signature_line AS
SELECT
    signature,
    enum_range(NULL::item_type)[(code // 4294967296)::INTEGER + 1]::item_type AS item_type,
    enum_range(NULL::supplier)[(code // 65536 % 65536)::INTEGER + 1]::supplier AS supplier,
    enum_range(NULL::channel)[(code % 65536)::INTEGER + 1]::channel AS channel
FROM (SELECT signature, unnest(packed) AS code FROM signature)
ORDER BY signature;

CREATE TEMP TABLE find AS SELECT packed_find.* EXCLUDE (packed), signature FROM packed_find JOIN signature USING (packed);
