-- How many came first in each period.
SELECT cohort, CAST(COUNT(*) AS BIGINT) AS size
FROM cohort_members
GROUP BY cohort
