-- What each known customer did in each period.
SELECT
    s.customer,
    d.period,
    MAX(CASE WHEN s.kind = 'sale' THEN 1 ELSE 0 END) AS has_order,
    SUM(s.net) AS net
FROM sales AS s
JOIN period_days AS d ON d.day_number = s.day_number
WHERE s.customer IS NOT NULL
GROUP BY s.customer, d.period
