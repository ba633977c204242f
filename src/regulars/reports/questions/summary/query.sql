-- What was sold in each period of the span in which anything was.
SELECT period, net, orders,
    CASE WHEN orders > 0 THEN CAST(net AS DOUBLE) / CAST(orders AS DOUBLE) END AS average,
    CASE WHEN orders > 0 THEN CAST(units AS DOUBLE) / (1000.0 * CAST(orders AS DOUBLE)) END AS units_per_order,
    CASE WHEN orders > 0 THEN CAST(known_orders AS DOUBLE) / CAST(orders AS DOUBLE) END AS known_orders,
    CASE WHEN net > 0 THEN CAST(known_net AS DOUBLE) / CAST(net AS DOUBLE) END AS known_net,
    returns, discounts
FROM summed
ORDER BY period
