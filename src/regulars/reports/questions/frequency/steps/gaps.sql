-- How often so many days lay between an order and the next one.
SELECT days, COUNT(*) AS gaps
FROM ordered
WHERE days IS NOT NULL
GROUP BY days
