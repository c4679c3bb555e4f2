-- The closed and open code lists as ordered types: comparing them costs an integer, and their order is the order of display.
-- returns: types item_type, route, search_kind, place, supplier, channel, operation, model
-- « unknown » stands last; names that only the register knows follow those of data/, in alphabetical order.
CREATE TYPE item_type AS ENUM (SELECT item_type FROM item_types ORDER BY position);
CREATE TYPE route AS ENUM (SELECT route FROM routes ORDER BY position);
CREATE TYPE search_kind AS ENUM (SELECT search_kind FROM search_kinds ORDER BY position);
CREATE TYPE place AS ENUM (SELECT place FROM places ORDER BY position);
CREATE TYPE supplier AS ENUM (
    SELECT supplier
    FROM (SELECT DISTINCT supplier FROM seizure UNION SELECT supplier FROM suppliers)
    LEFT JOIN suppliers USING (supplier)
    ORDER BY supplier = 'unknown', position NULLS LAST, supplier
);
CREATE TYPE channel AS ENUM (
    SELECT channel
    FROM (SELECT DISTINCT channel FROM seizure UNION SELECT channel FROM channels)
    LEFT JOIN channels USING (channel)
    ORDER BY channel = 'unknown', position NULLS LAST, channel
);
CREATE TYPE operation AS ENUM (
    SELECT operation
    FROM (
        SELECT operation FROM seizure UNION SELECT operation FROM search
        UNION SELECT operation FROM operation_establishments
    )
    WHERE operation IS NOT NULL
    ORDER BY operation
);
CREATE TYPE model AS ENUM (SELECT DISTINCT model FROM seizure WHERE model IS NOT NULL ORDER BY model);
