-- Who ordered in each store: when first, within the dates or not, of late or not.
SELECT
    s.store,
    s.customer,
    MIN(s.day_number) AS first_day,
    MAX(CASE WHEN s.day_number >= $from_number AND s.day_number <= $to_number THEN 1 ELSE 0 END) AS is_here,
    MAX(CASE WHEN s.day_number > e.last_day - $days AND s.day_number <= e.last_day THEN 1 ELSE 0 END) AS is_late,
    MAX(CASE WHEN s.day_number > e.last_day - 2 * $days AND s.day_number <= e.last_day - $days
        THEN 1 ELSE 0 END) AS is_early
FROM history_sales AS s
CROSS JOIN ends AS e
WHERE s.kind = 'sale' AND s.customer IS NOT NULL
GROUP BY s.store, s.customer
