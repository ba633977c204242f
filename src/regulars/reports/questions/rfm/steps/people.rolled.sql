-- What each customer did in the days looked back on.
SELECT customer, last_number AS last_day, orders, net
FROM by_customer
WHERE $lookback = 0
UNION ALL
SELECT
    customer,
    MAX(CASE WHEN orders > 0 THEN day_number END) AS last_day,
    CAST(SUM(orders) AS BIGINT) AS orders,
    CAST(SUM(net) AS BIGINT) AS net
FROM by_customer_hour
WHERE $lookback > 0 AND day_number > $to_number - $lookback
GROUP BY customer
