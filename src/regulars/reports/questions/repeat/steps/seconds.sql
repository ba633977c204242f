-- The days of the first and the second order ever (null: none yet), of those who came first within the dates.
-- Two orders on the first day: the second one came after no days.
SELECT
    f.customer,
    f.first_day,
    CASE WHEN SUM(CASE WHEN s.day_number = f.first_day THEN 1 ELSE 0 END) >= 2 THEN f.first_day
        ELSE MIN(CASE WHEN s.day_number > f.first_day THEN s.day_number END) END AS second_day
FROM first_orders AS f
JOIN history_sales AS s ON s.customer = f.customer
WHERE s.kind = 'sale' AND f.first_day >= $from_number AND f.first_day <= $to_number
GROUP BY f.customer, f.first_day
