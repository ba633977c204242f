-- Those of them who ordered.
SELECT customer, last_day, orders, CAST(net AS BIGINT) AS net
FROM people
WHERE orders > 0
