-- Which finds hold at least one line of the selected item types, suppliers and channels?
-- params: selection STRUCT
-- returns: one row per signature, ordered by signature (queries/views/find.sql)
--   held BOOLEAN  a line of it answers to the three filters together
SELECT
    bool_or(
        ($selection['item_types'] IS NULL OR list_contains(TRY_CAST($selection['item_types']::VARCHAR[] AS item_type[]), item_type))
        AND ($selection['suppliers'] IS NULL OR list_contains(TRY_CAST($selection['suppliers']::VARCHAR[] AS supplier[]), supplier))
        AND ($selection['channels'] IS NULL OR list_contains(TRY_CAST($selection['channels']::VARCHAR[] AS channel[]), channel))
    ) AS held
FROM signature_line
GROUP BY signature
ORDER BY signature;
