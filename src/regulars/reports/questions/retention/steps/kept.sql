-- Over rollups: who ordered in each period, all of them, the new and the retained; `again`: what these spent before.
SELECT period, who, CAST(SUM(customers) AS BIGINT) AS customers, CAST(SUM(net) AS BIGINT) AS net
FROM by_kept
WHERE kind = CASE WHEN $period IN ('day', 'week', 'quarter', 'year') THEN $period ELSE 'month' END
GROUP BY period, who
HAVING SUM(customers) <> 0
