-- Store by store, each as if it were alone: new is who never ordered there before.
WITH ends AS (
    SELECT CASE WHEN $to_number < $today_number THEN $to_number ELSE $today_number END AS last_day
),
sold AS (
    SELECT store, SUM(orders) AS orders, SUM(known_orders) AS identified_orders, SUM(net) AS net
    FROM by_store_day_hour
    GROUP BY store
    HAVING SUM(sales) <> 0
),
people AS (
    SELECT
        s.store,
        s.customer,
        MAX(CASE WHEN s.day_number > e.last_day - $days AND s.day_number <= e.last_day THEN 1 ELSE 0 END) AS is_late,
        MAX(CASE WHEN s.day_number > e.last_day - 2 * $days AND s.day_number <= e.last_day - $days
            THEN 1 ELSE 0 END) AS is_early
    FROM history_sales AS s
    CROSS JOIN ends AS e
    WHERE s.kind = 'sale' AND s.customer IS NOT NULL AND s.day_number > $to_number - 2 * $days
    GROUP BY s.store, s.customer
),
counted AS (
    SELECT store, SUM(customers) AS customers, SUM(customers) AS new_customers, SUM(earlier) AS earlier,
        SUM(retained) AS retained
    FROM (
        SELECT store, SUM(is_early) AS earlier, SUM(is_early * is_late) AS retained, 0 AS customers
        FROM people
        GROUP BY store
        UNION ALL
        SELECT store, 0 AS earlier, 0 AS retained, SUM(customers) AS customers
        FROM by_store_pair
        WHERE other = store
        GROUP BY store
    ) AS parts
    GROUP BY store
)
SELECT
    s.store,
    CAST(s.net AS BIGINT) AS net,
    CAST(s.orders AS BIGINT) AS orders,
    CAST(s.net AS DOUBLE) / CAST(NULLIF(s.orders, 0) AS DOUBLE) AS average_order,
    CAST(s.identified_orders AS DOUBLE) / CAST(NULLIF(s.orders, 0) AS DOUBLE) AS identified_share,
    CAST(COALESCE(c.customers, 0) AS BIGINT) AS customers,
    CAST(COALESCE(c.new_customers, 0) AS BIGINT) AS new_customers,
    CAST(COALESCE(c.customers - c.new_customers, 0) AS BIGINT) AS returning_customers,
    CAST(COALESCE(c.earlier, 0) AS BIGINT) AS earlier,
    CAST(COALESCE(c.retained, 0) AS BIGINT) AS retained,
    CAST(c.retained AS DOUBLE) / CAST(NULLIF(c.earlier, 0) AS DOUBLE) AS retention
FROM sold AS s
LEFT JOIN counted AS c ON c.store = s.store
ORDER BY net DESC, s.store
