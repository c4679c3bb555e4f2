-- The searches and lines that an import names, by their identifiers only: the rest stays in the file's own tables.
-- reads: given_search, given_seizure (as the intake prepared them, with their position), the macros of identity.sql
-- returns: temporary tables named_search (one row per source line with a search) and named_seizure (one per item line)
--   position    BIGINT  where in given_search or given_seizure
--   line_id     BIGINT  which line of a source
--   search_id   BIGINT  which search; null for a line that names none
--   wording_id, seizure_id BIGINT  the search or line in these very words
--   described   UBIGINT what the lines of a find must share
CREATE TEMP TABLE named_search AS
SELECT
    position, identifier(line_key) AS line_id, identifier(search_ref) AS search_id,
    wording_of_search(search_ref, searched_on, establishment_id, search_kind, cells_searched, operation) AS wording_id
FROM given_search;

CREATE TEMP TABLE named_seizure AS
SELECT
    position, line_id, find_id, search_id, seizure_id,
    description_of_find(period_start, period_end, establishment_id, place, route, search_id, operation) AS described
FROM (
    SELECT
        position, identifier(line_key) AS line_id, identifier(search_ref) AS search_id,
        CASE WHEN find_ref = 'l:' || line_key THEN line_id ELSE identifier_of_find(find_ref) END AS find_id,
        wording_of_seizure(
            line_key, find_ref, search_ref, period_start, period_end, establishment_id, item_type, model, quantity_min,
            quantity_qualifier, place, route, supplier, channel, attribution_confidence, operation) AS seizure_id,
        period_start, period_end, establishment_id, place, route, operation
    FROM given_seizure
);
