-- The quartiles of those days, between neighbours.
WITH totals AS (SELECT CAST(COALESCE(SUM(gaps), 0) AS BIGINT) AS gaps FROM gaps)
SELECT
    t.gaps,
    MAX(CASE WHEN q.k = 1 THEN q.days END) AS lower_quartile,
    MAX(CASE WHEN q.k = 2 THEN q.days END) AS median,
    MAX(CASE WHEN q.k = 3 THEN q.days END) AS upper_quartile
FROM totals AS t
LEFT JOIN quartiles AS q ON q.k > 0
GROUP BY t.gaps
ORDER BY t.gaps
