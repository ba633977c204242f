-- Over rollups: who ordered in each store of late. That hangs on the days asked for, so it is read from the sales.
SELECT
    s.store,
    s.customer,
    MAX(CASE WHEN s.day_number > e.last_day - $days AND s.day_number <= e.last_day THEN 1 ELSE 0 END) AS is_late,
    MAX(CASE WHEN s.day_number > e.last_day - 2 * $days AND s.day_number <= e.last_day - $days
        THEN 1 ELSE 0 END) AS is_early
FROM history_sales AS s
CROSS JOIN ends AS e
WHERE s.kind = 'sale' AND s.customer IS NOT NULL AND s.day_number > $to_number - 2 * $days
GROUP BY s.store, s.customer
