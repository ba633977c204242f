WITH firsts AS (
    SELECT customer, MIN(day_number) AS first_day
    FROM history_sales
    WHERE kind = 'sale' AND customer IS NOT NULL
    GROUP BY customer
),
-- Two orders on the first day: the second one came after no days.
seconds AS (
    SELECT
        f.customer,
        f.first_day,
        CASE WHEN SUM(CASE WHEN s.day_number = f.first_day THEN 1 ELSE 0 END) >= 2 THEN f.first_day
            ELSE MIN(CASE WHEN s.day_number > f.first_day THEN s.day_number END) END AS second_day
    FROM firsts AS f
    JOIN history_sales AS s ON s.customer = f.customer
    WHERE s.kind = 'sale' AND f.first_day >= $from_number AND f.first_day <= $to_number
    GROUP BY f.customer, f.first_day
)
SELECT customer
FROM seconds
WHERE second_day IS NOT NULL
ORDER BY customer
