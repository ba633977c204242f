-- What each customer spent on each category.
SELECT customer, category, SUM(net) AS net
FROM lines
WHERE customer IS NOT NULL AND category <> ''
GROUP BY customer, category
