-- In how many stores customers order, and what they are worth.
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
),
counted AS (
    SELECT
        CASE WHEN stores_bought_in >= 3 THEN 'three' WHEN stores_bought_in = 2 THEN 'two' ELSE 'one' END AS reach,
        MIN(stores_bought_in) AS place,
        CAST(COUNT(*) AS BIGINT) AS customers,
        CAST(SUM(orders) AS BIGINT) AS orders,
        CAST(SUM(net) AS BIGINT) AS net
    FROM people
    WHERE stores_bought_in > 0
    GROUP BY CASE WHEN stores_bought_in >= 3 THEN 'three' WHEN stores_bought_in = 2 THEN 'two' ELSE 'one' END
)
SELECT
    reach,
    customers,
    CAST(SUM(customers) OVER () AS BIGINT) AS all_customers,
    CAST(customers AS DOUBLE) / CAST(SUM(customers) OVER () AS DOUBLE) AS share,
    orders,
    net,
    CAST(net AS DOUBLE) / CAST(NULLIF(SUM(net) OVER (), 0) AS DOUBLE) AS net_share,
    CAST(net AS DOUBLE) / CAST(customers AS DOUBLE) AS net_per_customer
FROM counted
ORDER BY place
