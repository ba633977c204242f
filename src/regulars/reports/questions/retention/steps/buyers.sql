-- Who ordered in each period, and what they did in the one before it in which they ordered.
SELECT
    customer,
    period,
    orders,
    net,
    net_ever,
    MIN(period) OVER (PARTITION BY customer) AS first_period,
    LAG(period) OVER (PARTITION BY customer ORDER BY period ASC NULLS FIRST) AS before_period,
    LAG(net_ever) OVER (PARTITION BY customer ORDER BY period ASC NULLS FIRST) AS before_net
FROM bought
WHERE orders_ever > 0
