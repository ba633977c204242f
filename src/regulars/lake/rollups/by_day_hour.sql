-- How many customers ordered in each hour.
SELECT h.day_number, h.hour, CAST(COUNT(DISTINCT h.customer) AS BIGINT) AS customers
FROM by_customer_hour AS h
WHERE h.orders > 0
GROUP BY h.day_number, h.hour
