-- New customers and returning ones, period by period. Who never ordered is no customer of either sort, but spent.
SELECT
    b.period,
    CASE WHEN f.period = b.period THEN 'new' ELSE 'returning' END AS who,
    CAST(SUM(CASE WHEN b.orders > 0 THEN 1 ELSE 0 END) AS BIGINT) AS customers,
    CAST(SUM(b.orders) AS BIGINT) AS orders,
    CAST(SUM(b.net) AS BIGINT) AS net
FROM bought AS b
LEFT JOIN firsts AS f ON f.customer = b.customer
GROUP BY b.period, CASE WHEN f.period = b.period THEN 'new' ELSE 'returning' END
