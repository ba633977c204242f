WITH people AS (
    SELECT
        customer,
        SUM(orders) AS orders,
        SUM(CASE WHEN orders > 0 THEN 1 ELSE 0 END) AS stores_bought_in,
        SUM(net) AS net
    FROM (
        SELECT customer, store, SUM(CASE WHEN kind = 'sale' THEN 1 ELSE 0 END) AS orders, SUM(net) AS net
        FROM sales
        WHERE customer IS NOT NULL
        GROUP BY customer, store
    ) AS visits
    GROUP BY customer
)
SELECT customer
FROM people
WHERE stores_bought_in > 0
    AND CASE WHEN stores_bought_in >= 3 THEN 'three' WHEN stores_bought_in = 2 THEN 'two' ELSE 'one' END = $row_reach
ORDER BY customer
