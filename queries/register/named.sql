-- The searches and lines that an import names, with their identifiers.
-- reads: given_search, given_seizure (as the intake prepared them), the macros of identity.sql, stored_head
-- returns: temporary tables named_search (one row per source line with a search) and named_seizure (one per item line)
--   line_id     BIGINT  which line of a source
--   search_id   BIGINT  which search; null for a line that names none
--   wording_id, seizure_id BIGINT  the search or line in these very words
CREATE TEMP TABLE named_search AS
SELECT
    identifier(line_key) AS line_id, identifier(search_ref) AS search_id,
    wording_of_search(search_ref, searched_on, establishment_id, search_kind, cells_searched, operation) AS wording_id,
    *
FROM given_search;

CREATE TEMP TABLE named_seizure AS
SELECT
    identifier(line_key) AS line_id, identifier(find_ref) AS find_id, identifier(search_ref) AS search_id,
    wording_of_seizure(
        line_key, find_ref, search_ref, period_start, period_end, establishment_id, item_type, model, quantity_min,
        quantity_qualifier, place, route, supplier, channel, attribution_confidence, operation) AS seizure_id,
    *
FROM given_seizure;
