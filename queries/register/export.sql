-- The register as source lines: a search and a seizure of one line stand together, as their source had them.
-- reads: search, seizure (the rows that stand), stored_extra_establishment, code lists of data/, word (list, code, label)
-- returns: one row per source line, in the order of its identity; columns as a file of ours names them, texts but the days
-- A number of a search that does not stand is left out: read again, it would be a search of unknown extent.
-- A search whose day, operation or source is not that of its line's seizure stands on a line of its own (« /fouille »).
WITH found AS (
    SELECT * REPLACE (coalesce(line_key, 'saisie-' || seizure_id) AS line_key, coalesce(find_ref, find_id::VARCHAR) AS find_ref,
        coalesce(search_ref, search_id::VARCHAR) AS search_ref) FROM seizure
),
searched AS (
    SELECT * REPLACE (coalesce(line_key, 'fouille-' || search_id) AS line_key, coalesce(search_ref, search_id::VARCHAR) AS search_ref)
    FROM search
),
line AS (
    SELECT
        coalesce(s.line_key, f.line_key) AS line_key, s.line_key IS NOT NULL AS seized, f.line_key IS NOT NULL AS searched,
        coalesce(s.establishment_id, f.establishment_id) AS establishment_id,
        coalesce(s.period_start, f.searched_on) AS first_day, coalesce(s.period_end - 1, f.searched_on) AS last_day,
        s.item_type, s.model, s.quantity_min, s.quantity_qualifier, s.place, s.route, f.search_kind, f.cells_searched,
        s.supplier, s.channel, s.attribution_confidence, coalesce(s.operation, f.operation) AS operation,
        s.find_ref,
        CASE WHEN coalesce(s.search_ref, f.search_ref) IN (SELECT search_ref FROM searched) THEN coalesce(s.search_ref, f.search_ref) END AS search_ref,
        s.review_state,
        coalesce(s.source_reference, f.source_reference) AS source_reference
    FROM searched AS f
    FULL JOIN found AS s
        ON f.line_key = s.line_key AND f.search_ref = s.search_ref
        AND f.searched_on = s.period_start AND f.searched_on = s.period_end - 1
        AND f.operation IS NOT DISTINCT FROM s.operation AND f.source_reference = s.source_reference
),
named AS (
    SELECT establishment_id, name FROM establishments
    UNION ALL
    SELECT establishment_id, name FROM stored_extra_establishment ANTI JOIN establishments USING (establishment_id)
)
SELECT
    n.first_day AS date_saisie,
    CASE WHEN n.last_day > n.first_day THEN n.last_day END AS date_fin,
    coalesce(e.name, 'non précisé') AS etablissement,
    item.label AS type_objet,
    n.model AS modele,
    CASE n.quantity_qualifier
        WHEN 'exact' THEN n.quantity_min::VARCHAR
        WHEN 'at_least' THEN '> ' || (n.quantity_min - 1)
        WHEN 'unknown' THEN 'inconnu'
    END AS quantite,
    spot.label AS lieu,
    way.label AS voie,
    kind.label AS nature_fouille,
    CASE WHEN n.searched THEN coalesce(n.cells_searched::VARCHAR, 'inconnu') END AS cellules_fouillees,
    coalesce(supplier.label, n.supplier) AS fournisseur,
    coalesce(channel.label, n.channel) AS canal,
    sure.label AS confiance,
    coalesce(operation.label, n.operation) AS operation,
    regexp_replace(n.line_key, '^n:', '')
        || CASE WHEN NOT n.seized AND n.line_key IN (SELECT line_key FROM found) THEN '/fouille' ELSE '' END AS numero_ligne,
    n.find_ref AS numero_saisie,
    n.search_ref AS numero_fouille,
    state.label AS etat,
    n.source_reference AS reference
FROM line AS n
LEFT JOIN named AS e USING (establishment_id)
LEFT JOIN word AS item ON item.list = 'item_types' AND item.code = n.item_type
LEFT JOIN word AS spot ON spot.list = 'places' AND spot.code = n.place
LEFT JOIN word AS way ON way.list = 'routes' AND way.code = n.route
LEFT JOIN word AS kind ON kind.list = 'search_kinds' AND kind.code = n.search_kind
LEFT JOIN word AS supplier ON supplier.list = 'suppliers' AND supplier.code = n.supplier
LEFT JOIN word AS channel ON channel.list = 'channels' AND channel.code = n.channel
LEFT JOIN word AS operation ON operation.list = 'operations' AND operation.code = n.operation
LEFT JOIN word AS sure ON sure.list = 'confidences' AND sure.code = n.attribution_confidence
LEFT JOIN word AS state ON state.list = 'review_states' AND state.code = n.review_state
ORDER BY n.line_key, NOT n.seized;
