-- Which rules of the register do the incoming rows break, and how many rows break each?
-- params: none (reads incoming_*, together_*, the rows that stand and the code lists)
-- returns: one row per broken rule, in the order of the rules
--   rule      VARCHAR  the rule, a French phrase
--   offenders BIGINT   rows that break it
--   example   VARCHAR  the smallest identifier concerned
-- The rules on one row alone are asked of incoming_* in one pass: a million rows come in at once. The others are asked of
-- together_search and together_seizure, the same rows; an import has none there, since `contradicted.sql` has compared them.
WITH
known_search AS (
    SELECT search_id, searched_on, establishment_id FROM together_search
    UNION ALL
    SELECT search_id, searched_on, establishment_id FROM search
    WHERE search_id IN (SELECT search_id FROM together_seizure)
),
search_alone AS (
    SELECT search_id AS id, unnest(list_filter([
        CASE WHEN establishment_id IS NULL OR establishment_id NOT IN (SELECT establishment_id FROM known_establishment) THEN 4 END,
        CASE WHEN search_kind IS NULL OR search_kind NOT IN (SELECT search_kind FROM search_kinds) THEN 6 END,
        CASE WHEN searched_on IS NULL THEN 11 END,
        CASE WHEN searched_on NOT BETWEEN DATE '2000-01-01' AND DATE '2099-12-31' THEN 12 END,
        CASE WHEN cells_searched < 0 THEN 15 END,
        CASE WHEN provenance IS DISTINCT FROM (SELECT provenance FROM stored_head) THEN 20 END,
        CASE WHEN search_id IS NULL THEN 21 END,
        CASE WHEN operation = '' OR regexp_matches(operation, '[[:cntrl:]]') THEN 22 END
    ], lambda rule: rule IS NOT NULL)) AS rule
    FROM incoming_search
),
seizure_alone AS (
    SELECT seizure_id AS id, unnest(list_filter([
        CASE WHEN establishment_id NOT IN (SELECT establishment_id FROM known_establishment) THEN 5 END,
        CASE WHEN item_type IS NULL OR item_type NOT IN (SELECT item_type FROM item_types) THEN 7 END,
        CASE WHEN route IS NULL OR route NOT IN (SELECT route FROM routes) THEN 8 END,
        CASE WHEN place IS NULL OR place NOT IN (SELECT place FROM places) THEN 9 END,
        CASE WHEN period_start >= period_end OR period_start IS NULL OR period_end IS NULL THEN 10 END,
        CASE WHEN period_start < DATE '2000-01-01' OR period_end > DATE '2100-01-01' THEN 12 END,
        CASE WHEN quantity_min IS NULL OR quantity_min < 1 OR quantity_qualifier IS NULL
                  OR quantity_qualifier NOT IN ('exact', 'at_least', 'unknown') THEN 13 END,
        CASE WHEN quantity_qualifier = 'unknown' AND quantity_min <> 1 THEN 14 END,
        CASE WHEN attribution_confidence IS NULL OR attribution_confidence NOT IN ('none', 'low', 'medium', 'high')
                  OR review_state IS NULL OR review_state NOT IN ('to_check', 'checked', 'duplicate', 'not_counted') THEN 16 END,
        CASE WHEN supplier IS NULL OR channel IS NULL THEN 17 END,
        CASE WHEN provenance IS DISTINCT FROM (SELECT provenance FROM stored_head) THEN 20 END,
        CASE WHEN seizure_id IS NULL OR find_id IS NULL THEN 21 END,
        CASE WHEN supplier = '' OR channel = '' OR model = '' OR operation = ''
                  OR regexp_matches(concat_ws(' ', supplier, channel, model, operation), '[[:cntrl:]]') THEN 22 END
    ], lambda rule: rule IS NOT NULL)) AS rule
    FROM incoming_seizure
),
broken AS (
    SELECT 1 AS rule, search_id AS id FROM together_search GROUP BY search_id HAVING count(*) > 1
    UNION ALL
    SELECT 1, search_id FROM together_search SEMI JOIN search USING (search_id)
    UNION ALL
    SELECT 2, seizure_id FROM together_seizure GROUP BY seizure_id HAVING count(*) > 1
    UNION ALL
    SELECT 2, seizure_id FROM together_seizure SEMI JOIN seizure USING (seizure_id)
    UNION ALL
    SELECT 3, find_id FROM together_seizure SEMI JOIN seizure USING (find_id) WHERE find_ref IS NULL GROUP BY find_id
    UNION ALL
    SELECT 18, find_id FROM together_seizure GROUP BY find_id
    HAVING min(hash(period_start, period_end, establishment_id, place, route, search_id, operation))
        <> max(hash(period_start, period_end, establishment_id, place, route, search_id, operation))
    UNION ALL
    SELECT 19, s.seizure_id
    FROM (FROM together_seizure WHERE search_id IS NOT NULL) AS s
    LEFT JOIN known_search AS f USING (search_id)
    WHERE f.search_id IS NULL AND s.search_ref IS NULL  -- an import may name a search that another file brings
       OR f.search_id IS NOT NULL AND f.establishment_id IS DISTINCT FROM s.establishment_id
       OR f.searched_on < s.period_start OR f.searched_on >= s.period_end
    UNION ALL
    SELECT rule, id FROM search_alone
    UNION ALL
    SELECT rule, id FROM seizure_alone
),
said(rule, words) AS (
    VALUES
    (1, 'une fouille a un identifiant unique'),
    (2, 'une ligne de saisie a un identifiant unique'),
    (3, 'une saisie n’est écrite qu’en une fois'),
    (4, 'l’établissement d’une fouille est connu'),
    (5, 'l’établissement d’une saisie est connu ou absent'),
    (6, 'la nature de la fouille est dans la liste'),
    (7, 'le type d’objet est dans la liste'),
    (8, 'la voie d’introduction est dans la liste'),
    (9, 'le lieu de découverte est dans la liste'),
    (10, 'la période finit après avoir commencé'),
    (11, 'une fouille est datée'),
    (12, 'les dates vont de 2000 à 2099'),
    (13, 'la quantité vaut au moins 1 et porte son qualificatif'),
    (14, 'une quantité inconnue compte pour 1'),
    (15, 'le nombre de cellules fouillées est positif ou inconnu'),
    (16, 'la confiance et l’état de revue sont dans leurs listes'),
    (17, 'le fournisseur et le canal sont nommés (« unknown » s’ils sont inconnus)'),
    (18, 'les lignes d’une saisie ont la même période, le même lieu, la même voie et la même fouille'),
    (19, 'la fouille d’une saisie existe, dans le même établissement et dans sa période'),
    (20, 'la provenance est celle du registre'),
    (21, 'les identifiants sont renseignés'),
    (22, 'aucun nom n’est vide ni ne contient de caractère de contrôle')
)
SELECT words AS rule, count(*) AS offenders, min(id)::VARCHAR AS example
FROM broken JOIN said USING (rule)
GROUP BY words
ORDER BY min(broken.rule);
