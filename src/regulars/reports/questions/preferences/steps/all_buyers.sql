-- How many of all customers ordered anything.
SELECT CAST(COUNT(DISTINCT s.customer) AS BIGINT) AS number
FROM all_sales AS s
WHERE s.kind = 'sale'
