-- Who ordered in each period of all of history, and how often within the dates asked about.
SELECT
    s.customer,
    d.period,
    SUM(CASE WHEN s.day_number >= $from_number AND s.day_number <= $to_number THEN 1 ELSE 0 END) AS orders
FROM history_sales AS s
JOIN period_days AS d ON d.day_number = s.day_number
WHERE s.kind = 'sale' AND s.customer IS NOT NULL
GROUP BY s.customer, d.period
