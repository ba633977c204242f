-- Store by store, each as if it were alone: new is who never ordered there before.
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
