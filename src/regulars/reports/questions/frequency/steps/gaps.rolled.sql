-- How often so many days lay between an order and the next one.
SELECT days, SUM(gaps) AS gaps
FROM by_gap
GROUP BY days
HAVING SUM(gaps) <> 0
