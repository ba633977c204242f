-- What each customer did in the days looked back on.
SELECT
    customer,
    MAX(CASE WHEN kind = 'sale' THEN day_number END) AS last_day,
    SUM(CASE WHEN kind = 'sale' THEN 1 ELSE 0 END) AS orders,
    SUM(net) AS net
FROM sales
WHERE customer IS NOT NULL AND ($lookback = 0 OR day_number > $to_number - $lookback)
GROUP BY customer
