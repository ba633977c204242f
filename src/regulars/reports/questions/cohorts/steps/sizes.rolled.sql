-- How many came first in each period.
SELECT cohort, CAST(customers AS BIGINT) AS size
FROM summed
WHERE cohort = period
