-- Finds (« saisies ») added up: a find counts once whatever lines it holds, so its lines are kept as a signature.
-- returns: table signature_line, one row per signature and distinct (item type, supplier, channel) in it;
--          table find_cell, one row per level, period, establishment, route, kind of search, operation and signature
--   rollup UTINYINT  0: month, without route, kind, operation · 1: month, all · 2: the finds' own periods, all
--   finds  INTEGER   finds with at least one counted line
CREATE TEMP TABLE find AS
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
SELECT row_number() OVER (ORDER BY packed)::UINTEGER AS signature, packed FROM (SELECT DISTINCT packed FROM find);

CREATE TABLE signature_line AS
SELECT
    signature,
    enum_range(NULL::item_type)[(code // 4294967296)::INTEGER + 1]::item_type AS item_type,
    enum_range(NULL::supplier)[(code // 65536 % 65536)::INTEGER + 1]::supplier AS supplier,
    enum_range(NULL::channel)[(code % 65536)::INTEGER + 1]::channel AS channel
FROM (SELECT signature, unnest(packed) AS code FROM signature)
ORDER BY signature;

CREATE TABLE find_cell AS
WITH signed AS (SELECT * FROM find JOIN signature USING (packed))
SELECT
    0::UTINYINT AS rollup, bin_start AS period_start, bin_end AS period_end, establishment_key,
    NULL::route AS route, NULL::search_kind AS search_kind, NULL::operation AS operation, signature, count(*)::INTEGER AS finds
FROM signed GROUP BY ALL
UNION ALL
SELECT 1, bin_start, bin_end, establishment_key, route, search_kind, operation, signature, count(*)::INTEGER FROM signed GROUP BY ALL
UNION ALL
SELECT 2, period_start, period_end, establishment_key, route, search_kind, operation, signature, count(*)::INTEGER FROM signed GROUP BY ALL
ORDER BY rollup, period_start, establishment_key;
