-- Over rollups: each cohort (-1: no order yet) in each period.
SELECT cohort, period, SUM(parts) AS parts, SUM(customers) AS customers, SUM(net) AS net
FROM by_cohort
WHERE kind = CASE WHEN $period IN ('day', 'week', 'quarter', 'year') THEN $period ELSE 'month' END
GROUP BY cohort, period
HAVING SUM(parts) <> 0
