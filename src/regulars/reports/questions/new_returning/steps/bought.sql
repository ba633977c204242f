-- What each known customer bought in each period.
SELECT
    s.customer,
    d.period,
    SUM(CASE WHEN s.kind = 'sale' THEN 1 ELSE 0 END) AS orders,
    SUM(s.net) AS net
FROM sales AS s
JOIN period_days AS d ON d.day_number = s.day_number
WHERE s.customer IS NOT NULL
GROUP BY s.customer, d.period
