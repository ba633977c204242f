-- How many bought each thing, and what they spent on it.
SELECT e.name, e.product, CAST(SUM(e.is_bought) AS BIGINT) AS customers, CAST(SUM(e.net) AS BIGINT) AS net
FROM of_each AS e
GROUP BY e.name, e.product
