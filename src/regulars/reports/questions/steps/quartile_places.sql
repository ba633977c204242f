-- The two neighbours that each quartile of `gaps` lies between, and how far.
SELECT
    q.k,
    ((MAX(c.n) - 1) * q.k) % 4 AS rest,
    MIN(CASE WHEN 4 * c.so_far > (c.n - 1) * q.k THEN c.days END) AS here,
    MIN(CASE WHEN 4 * (c.so_far - 1) > (c.n - 1) * q.k THEN c.days END) AS next_one
FROM counted_gaps AS c
CROSS JOIN quarters AS q
GROUP BY q.k
