-- The seizure lines with the search they came from, typed; the only reading of the raw rows.
-- returns: temporary table line, one row per seizure line
--   counted       BOOLEAN  its review state lets it count
--   cells_known   BOOLEAN  it came from a search of cells whose number is known (a check at a visit searches none)
--   bin_start/end DATE     the month that holds its whole period, else the period itself
CREATE TEMP TABLE line AS
SELECT
    s.find_id,
    s.period_start,
    s.period_end,
    CASE WHEN s.period_end <= date_trunc('month', s.period_start) + INTERVAL 1 MONTH
        THEN date_trunc('month', s.period_start)::DATE ELSE s.period_start END AS bin_start,
    CASE WHEN s.period_end <= date_trunc('month', s.period_start) + INTERVAL 1 MONTH
        THEN (date_trunc('month', s.period_start) + INTERVAL 1 MONTH)::DATE ELSE s.period_end END AS bin_end,
    coalesce(e.establishment_key, 0)::USMALLINT AS establishment_key,
    s.item_type::item_type AS item_type,
    s.supplier::supplier AS supplier,
    s.channel::channel AS channel,
    s.route::route AS route,
    f.search_kind::search_kind AS search_kind,
    s.operation::operation AS operation,
    s.search_id,
    s.model::model AS model,
    s.quantity_min,
    s.quantity_qualifier <> 'exact' AS open_ended,
    s.review_state IN ('to_check', 'checked') AS counted,
    coalesce(f.cells_searched > 0, false) AS cells_known
FROM seizure AS s
LEFT JOIN establishment AS e USING (establishment_id)
LEFT JOIN search AS f USING (search_id);
