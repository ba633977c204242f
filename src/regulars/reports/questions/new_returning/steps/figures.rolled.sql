-- New customers and returning ones, period by period. Who never ordered is no customer of either sort, but spent.
SELECT
    period,
    CASE WHEN cohort = period THEN 'new' ELSE 'returning' END AS who,
    CAST(SUM(customers) AS BIGINT) AS customers,
    CAST(SUM(orders) AS BIGINT) AS orders,
    CAST(SUM(net) AS BIGINT) AS net
FROM by_cohort
WHERE kind = CASE WHEN $period IN ('day', 'week', 'quarter', 'year') THEN $period ELSE 'month' END
GROUP BY period, CASE WHEN cohort = period THEN 'new' ELSE 'returning' END
HAVING SUM(parts) <> 0
