-- What customers have brought so far, by when their first order was.
SELECT
    d.period_text AS cohort,
    CAST(COUNT(*) AS BIGINT) AS customers,
    CAST(SUM(n.orders) AS BIGINT) AS orders,
    CAST(SUM(n.net) AS BIGINT) AS net,
    CAST(SUM(n.orders) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS orders_each,
    CAST(SUM(n.net) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS net_each
FROM new AS n
JOIN period_days AS d ON d.day_number = n.first_number
GROUP BY 1
ORDER BY MIN(n.first_number)
