-- Which rules of the register do the incoming rows break, and how many rows break each?
-- params: none (reads incoming_search, incoming_seizure, the rows that stand and the code lists)
-- returns: one row per broken rule, in the order of the rules
--   rule      VARCHAR  the rule, a French phrase
--   offenders BIGINT   rows that break it
--   example   VARCHAR  the smallest identifier concerned
WITH
known_search AS (
    SELECT search_id, searched_on, establishment_id FROM incoming_search
    UNION ALL
    SELECT search_id, searched_on, establishment_id FROM search
    WHERE search_id IN (SELECT search_id FROM incoming_seizure)
),
find AS (
    SELECT find_id,
           count(DISTINCT (period_start, period_end, establishment_id, place, route, search_id, operation)) AS variants
    FROM incoming_seizure GROUP BY find_id
),
broken AS (
    SELECT 1 AS position, 'une fouille a un identifiant unique' AS rule, search_id AS id
    FROM incoming_search GROUP BY search_id HAVING count(*) > 1
    UNION ALL
    SELECT 1, 'une fouille a un identifiant unique', search_id FROM incoming_search SEMI JOIN search USING (search_id)
    UNION ALL
    SELECT 2, 'une ligne de saisie a un identifiant unique', seizure_id
    FROM incoming_seizure GROUP BY seizure_id HAVING count(*) > 1
    UNION ALL
    SELECT 2, 'une ligne de saisie a un identifiant unique', seizure_id
    FROM incoming_seizure SEMI JOIN seizure USING (seizure_id)
    UNION ALL
    SELECT 2, 'une ligne de saisie a un identifiant unique', min(seizure_id)
    FROM incoming_seizure WHERE line_key IS NOT NULL GROUP BY line_key HAVING count(*) > 1
    UNION ALL
    SELECT 3, 'une saisie n’est écrite qu’en une fois', find_id
    FROM incoming_seizure SEMI JOIN seizure USING (find_id) WHERE find_ref IS NULL GROUP BY find_id
    UNION ALL
    SELECT 4, 'l’établissement d’une fouille est connu', search_id
    FROM incoming_search ANTI JOIN known_establishment USING (establishment_id)
    UNION ALL
    SELECT 5, 'l’établissement d’une saisie est connu ou absent', seizure_id
    FROM incoming_seizure ANTI JOIN known_establishment USING (establishment_id) WHERE establishment_id IS NOT NULL
    UNION ALL
    SELECT 6, 'la nature de la fouille est dans la liste', search_id
    FROM incoming_search ANTI JOIN search_kinds USING (search_kind)
    UNION ALL
    SELECT 7, 'le type d’objet est dans la liste', seizure_id
    FROM incoming_seizure ANTI JOIN item_types USING (item_type)
    UNION ALL
    SELECT 8, 'la voie d’introduction est dans la liste', seizure_id FROM incoming_seizure ANTI JOIN routes USING (route)
    UNION ALL
    SELECT 9, 'le lieu de découverte est dans la liste', seizure_id FROM incoming_seizure ANTI JOIN places USING (place)
    UNION ALL
    SELECT 10, 'la période finit après avoir commencé', seizure_id
    FROM incoming_seizure WHERE period_start >= period_end OR period_start IS NULL OR period_end IS NULL
    UNION ALL
    SELECT 11, 'une fouille est datée', search_id FROM incoming_search WHERE searched_on IS NULL
    UNION ALL
    SELECT 11, 'les dates vont de 2000 à 2099', search_id FROM incoming_search
    WHERE searched_on NOT BETWEEN DATE '2000-01-01' AND DATE '2099-12-31'
    UNION ALL
    SELECT 11, 'les dates vont de 2000 à 2099', seizure_id FROM incoming_seizure
    WHERE period_start < DATE '2000-01-01' OR period_end > DATE '2100-01-01'
    UNION ALL
    SELECT 12, 'la quantité vaut au moins 1 et porte son qualificatif', seizure_id FROM incoming_seizure
    WHERE quantity_min IS NULL OR quantity_min < 1 OR quantity_qualifier IS NULL
       OR quantity_qualifier NOT IN ('exact', 'at_least', 'unknown')
    UNION ALL
    SELECT 13, 'une quantité inconnue compte pour 1', seizure_id FROM incoming_seizure
    WHERE quantity_qualifier = 'unknown' AND quantity_min <> 1
    UNION ALL
    SELECT 14, 'le nombre de cellules fouillées est positif ou inconnu', search_id
    FROM incoming_search WHERE cells_searched < 0
    UNION ALL
    SELECT 15, 'la confiance et l’état de revue sont dans leurs listes', seizure_id FROM incoming_seizure
    WHERE attribution_confidence IS NULL OR attribution_confidence NOT IN ('none', 'low', 'medium', 'high')
       OR review_state IS NULL OR review_state NOT IN ('to_check', 'checked', 'duplicate', 'not_counted')
    UNION ALL
    SELECT 16, 'le fournisseur et le canal sont nommés (« unknown » s’ils sont inconnus)', seizure_id
    FROM incoming_seizure WHERE supplier IS NULL OR channel IS NULL
    UNION ALL
    SELECT 17, 'les lignes d’une saisie ont la même période, le même lieu, la même voie et la même fouille', find_id
    FROM find WHERE variants > 1
    UNION ALL
    SELECT 18, 'la fouille d’une saisie existe, dans le même établissement et dans sa période', s.seizure_id
    FROM incoming_seizure AS s
    LEFT JOIN known_search AS f USING (search_id)
    WHERE s.search_id IS NOT NULL
      -- an import may name a search that another file brings
      AND (f.search_id IS NULL AND s.search_ref IS NULL
           OR f.search_id IS NOT NULL AND f.establishment_id IS DISTINCT FROM s.establishment_id
           OR f.searched_on < s.period_start OR f.searched_on >= s.period_end)
    UNION ALL
    SELECT 19, 'la provenance est celle du registre', search_id FROM incoming_search
    WHERE provenance IS DISTINCT FROM (SELECT provenance FROM lake.head)
    UNION ALL
    SELECT 19, 'la provenance est celle du registre', seizure_id FROM incoming_seizure
    WHERE provenance IS DISTINCT FROM (SELECT provenance FROM lake.head)
    UNION ALL
    SELECT 20, 'les identifiants sont renseignés', search_id FROM incoming_search WHERE search_id IS NULL
    UNION ALL
    SELECT 20, 'les identifiants sont renseignés', seizure_id
    FROM incoming_seizure WHERE seizure_id IS NULL OR find_id IS NULL
    UNION ALL
    SELECT 21, 'aucun nom n’est vide ni ne contient de caractère de contrôle', search_id FROM incoming_search
    WHERE operation = '' OR regexp_matches(operation, '[[:cntrl:]]')
    UNION ALL
    SELECT 21, 'aucun nom n’est vide ni ne contient de caractère de contrôle', seizure_id FROM incoming_seizure
    WHERE '' IN (supplier, channel, model, operation)
       OR regexp_matches(concat_ws(' ', supplier, channel, model, operation), '[[:cntrl:]]')
)
SELECT rule, count(*) AS offenders, min(id)::VARCHAR AS example
FROM broken
GROUP BY position, rule
ORDER BY position;
