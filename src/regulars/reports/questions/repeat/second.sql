-- Days from the first order ever to the second, of those who came first within the dates: quartiles, between neighbours.
WITH counts AS (
    SELECT
        CAST(COUNT(*) AS BIGINT) AS all_customers,
        CAST(COALESCE(SUM(CASE WHEN second_day IS NULL THEN 0 ELSE 1 END), 0) AS BIGINT) AS customers
    FROM seconds
)
SELECT
    c.all_customers,
    c.customers,
    CAST(c.customers AS DOUBLE) / CAST(NULLIF(c.all_customers, 0) AS DOUBLE) AS share,
    MAX(CASE WHEN q.k = 1 THEN q.days END) AS lower_quartile,
    MAX(CASE WHEN q.k = 2 THEN q.days END) AS median,
    MAX(CASE WHEN q.k = 3 THEN q.days END) AS upper_quartile
FROM counts AS c
LEFT JOIN quartiles AS q ON q.k > 0
GROUP BY c.all_customers, c.customers
ORDER BY c.all_customers
