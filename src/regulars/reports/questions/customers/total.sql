-- All of them, whatever number is shown.
SELECT CAST(COUNT(*) AS BIGINT) AS customers,
    CAST(COALESCE(SUM(CASE WHEN orders > 0 THEN 1 ELSE 0 END), 0) AS BIGINT) AS buyers,
    CAST(COALESCE(SUM(orders), 0) AS BIGINT) AS orders,
    CAST(COALESCE(SUM(net), 0) AS BIGINT) AS net,
    CASE WHEN COUNT(*) > 0 THEN CAST(SUM(net) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) END AS net_of_each
FROM each_customer
ORDER BY customers
