-- How many of a cohort ordered in each period since, and what they all spent.
SELECT cohort, period, CAST(customers AS BIGINT) AS customers, CAST(net AS BIGINT) AS net
FROM summed
WHERE cohort >= 0 AND period >= cohort
