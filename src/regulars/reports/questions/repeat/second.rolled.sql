-- Days from the first order ever to the second, of those who came first within the dates: quartiles, between neighbours.
WITH gaps AS (
    SELECT days, CAST(SUM(customers) AS BIGINT) AS customers
    FROM by_second
    GROUP BY days
    HAVING SUM(customers) <> 0
),
-- How many came back after so many days at most. Of n sorted figures, the one at place floor(m / 4) + 1 is the least
-- of which 4 * so_far > m.
counted AS (
    SELECT
        days,
        SUM(customers) OVER (ORDER BY days ASC NULLS FIRST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS so_far,
        SUM(customers) OVER () AS n
    FROM gaps
),
quarters AS (SELECT 1 AS k UNION ALL SELECT 2 AS k UNION ALL SELECT 3 AS k),
places AS (
    SELECT
        q.k,
        ((MAX(c.n) - 1) * q.k) % 4 AS rest,
        MIN(CASE WHEN 4 * c.so_far > (c.n - 1) * q.k THEN c.days END) AS here,
        MIN(CASE WHEN 4 * (c.so_far - 1) > (c.n - 1) * q.k THEN c.days END) AS next_one
    FROM counted AS c
    CROSS JOIN quarters AS q
    GROUP BY q.k
),
quartiles AS (
    SELECT k, CAST(here * (4 - rest) + COALESCE(next_one, here) * rest AS DOUBLE) / CAST(4 AS DOUBLE) AS days
    FROM places
),
counts AS (
    SELECT a.all_customers, CAST(COALESCE(g.customers, 0) AS BIGINT) AS customers
    FROM (SELECT CAST(COALESCE(SUM(customers), 0) AS BIGINT) AS all_customers FROM by_orders) AS a
    CROSS JOIN (SELECT SUM(customers) AS customers FROM gaps) AS g
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
