-- Store by store, each as if it were alone: new is who never ordered there before.
WITH ends AS (
    SELECT CASE WHEN $to_number < $today_number THEN $to_number ELSE $today_number END AS last_day
),
sold AS (
    SELECT
        store,
        SUM(CASE WHEN kind = 'sale' THEN 1 ELSE 0 END) AS orders,
        SUM(CASE WHEN kind = 'sale' AND customer IS NOT NULL THEN 1 ELSE 0 END) AS identified_orders,
        SUM(net) AS net
    FROM sales
    GROUP BY store
),
people AS (
    SELECT
        s.store,
        s.customer,
        MIN(s.day_number) AS first_day,
        MAX(CASE WHEN s.day_number >= $from_number AND s.day_number <= $to_number THEN 1 ELSE 0 END) AS is_here,
        MAX(CASE WHEN s.day_number > e.last_day - $days AND s.day_number <= e.last_day THEN 1 ELSE 0 END) AS is_late,
        MAX(CASE WHEN s.day_number > e.last_day - 2 * $days AND s.day_number <= e.last_day - $days
            THEN 1 ELSE 0 END) AS is_early
    FROM history_sales AS s
    CROSS JOIN ends AS e
    WHERE s.kind = 'sale' AND s.customer IS NOT NULL
    GROUP BY s.store, s.customer
),
counted AS (
    SELECT
        store,
        SUM(is_here) AS customers,
        SUM(CASE WHEN is_here = 1 AND first_day >= $from_number THEN 1 ELSE 0 END) AS new_customers,
        SUM(is_early) AS earlier,
        SUM(is_early * is_late) AS retained
    FROM people
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
