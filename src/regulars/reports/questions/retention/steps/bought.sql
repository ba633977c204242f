-- Who ordered when, in all of history; what lies within the dates asked about is summed apart.
SELECT
    s.customer,
    d.period,
    SUM(CASE WHEN s.kind = 'sale' THEN 1 ELSE 0 END) AS orders_ever,
    SUM(CASE WHEN s.kind = 'sale' AND s.day_number >= $from_number AND s.day_number <= $to_number
        THEN 1 ELSE 0 END) AS orders,
    SUM(s.net) AS net_ever,
    SUM(CASE WHEN s.day_number >= $from_number AND s.day_number <= $to_number THEN s.net ELSE 0 END) AS net
FROM history_sales AS s
JOIN period_days AS d ON d.day_number = s.day_number
WHERE s.customer IS NOT NULL
GROUP BY s.customer, d.period
