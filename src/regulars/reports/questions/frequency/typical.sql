-- The quartiles of those days, between neighbours.
WITH ordered AS (
    SELECT
        customer,
        day_number - LAG(day_number) OVER (PARTITION BY customer ORDER BY day_number ASC NULLS FIRST) AS days
    FROM sales
    WHERE kind = 'sale' AND customer IS NOT NULL
),
gaps AS (
    SELECT days, COUNT(*) AS gaps
    FROM ordered
    WHERE days IS NOT NULL
    GROUP BY days
),
-- Of n sorted figures, the one at place floor(m / 4) + 1 is the least of which 4 * so_far > m.
counted AS (
    SELECT
        days,
        SUM(gaps) OVER (ORDER BY days ASC NULLS FIRST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS so_far,
        SUM(gaps) OVER () AS n
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
totals AS (SELECT CAST(COALESCE(SUM(gaps), 0) AS BIGINT) AS gaps FROM gaps)
SELECT
    t.gaps,
    MAX(CASE WHEN q.k = 1 THEN q.days END) AS lower_quartile,
    MAX(CASE WHEN q.k = 2 THEN q.days END) AS median,
    MAX(CASE WHEN q.k = 3 THEN q.days END) AS upper_quartile
FROM totals AS t
LEFT JOIN quartiles AS q ON q.k > 0
GROUP BY t.gaps
ORDER BY t.gaps
