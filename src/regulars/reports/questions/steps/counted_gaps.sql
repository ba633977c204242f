-- How many of the days between orders, `gaps` of the report's own steps (days, gaps), are so many at most.
-- Of n sorted figures, the one at place floor(m / 4) + 1 is the least of which 4 * so_far > m.
SELECT
    days,
    SUM(gaps) OVER (ORDER BY days ASC NULLS FIRST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS so_far,
    SUM(gaps) OVER () AS n
FROM gaps
