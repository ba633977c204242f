-- Orders paid with each method on each day, and the amount. One paid with two methods counts in both, and once in each.
SELECT day_number, method, SUM(orders) AS orders, SUM(amount) AS amount
FROM (
    SELECT
        day_number,
        method,
        SUM(CASE WHEN kind = 'sale' AND n = 1 THEN 1 ELSE 0 END) AS orders,
        SUM(amount) AS amount
    FROM payments
    GROUP BY day_number, method
    UNION ALL
    SELECT day_number, method, SUM(is_other) AS orders, 0 AS amount
    FROM further
    GROUP BY day_number, method
) AS parts
GROUP BY day_number, method
