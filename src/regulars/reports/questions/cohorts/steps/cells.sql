-- How many of a cohort ordered in each period since, and what they all spent.
SELECT
    m.cohort,
    b.period,
    CAST(SUM(b.has_order) AS BIGINT) AS customers,
    CAST(SUM(b.net) AS BIGINT) AS net
FROM bought AS b
JOIN cohort_members AS m ON m.customer = b.customer
WHERE b.period >= m.cohort
GROUP BY m.cohort, b.period
