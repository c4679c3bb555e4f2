-- How a text becomes an identifier, and what makes two wordings of a search or line the same.
-- returns: temporary macros identifier(text), identifier_of_find(text), wording_of_search(…), wording_of_seizure(…): BIGINT, the same on every machine;
--          description_of_find(…): UBIGINT, to compare within one process only
-- A wording is what the source says: not the review, which is Portique's, nor the file that it came from.
CREATE TEMP MACRO identifier(said) AS (md5_number_lower(said) >> 1)::BIGINT;

-- Most finds have no number: `l:` and the key of their only line, whose identifier they then share.
CREATE TEMP MACRO identifier_of_find(find_ref) AS
CASE WHEN find_ref LIKE 'l:%' THEN identifier(substr(find_ref, 3)) ELSE identifier(find_ref) END;

CREATE TEMP MACRO wording_of_search(search_ref, searched_on, establishment_id, search_kind, cells_searched, operation) AS
identifier(concat_ws(chr(31), search_ref, searched_on, establishment_id, search_kind,
    coalesce(cells_searched::VARCHAR, chr(30)), coalesce(operation, chr(30))));

CREATE TEMP MACRO wording_of_seizure(
    line_key, find_ref, search_ref, period_start, period_end, establishment_id, item_type, model, quantity_min,
    quantity_qualifier, place, route, supplier, channel, attribution_confidence, operation
) AS identifier(concat_ws(chr(31), line_key, CASE WHEN find_ref = 'l:' || line_key THEN '' ELSE find_ref END, coalesce(search_ref, chr(30)), period_start, period_end,
    coalesce(establishment_id, chr(30)), item_type, coalesce(model, chr(30)), quantity_min, quantity_qualifier,
    place, route, supplier, channel, attribution_confidence, coalesce(operation, chr(30))));

CREATE TEMP MACRO description_of_find(period_start, period_end, establishment_id, place, route, search_id, operation) AS
hash(period_start, period_end, establishment_id, place, route, search_id, operation);
