-- How many ordered anything.
SELECT CAST(COUNT(DISTINCT s.customer) AS BIGINT) AS number
FROM sales AS s
WHERE s.kind = 'sale'
