-- How many ordered anything.
SELECT CAST(COUNT(*) AS BIGINT) AS number
FROM by_customer AS c
WHERE c.orders > 0
