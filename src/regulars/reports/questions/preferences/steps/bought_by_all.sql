-- How many of all customers bought each thing.
SELECT a.name, a.product, CAST(COUNT(*) AS BIGINT) AS customers
FROM of_all AS a
GROUP BY a.name, a.product
