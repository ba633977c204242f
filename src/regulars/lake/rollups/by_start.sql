-- Customers by the day and the store of their first order, what they came to since, and how soon they ordered again.
SELECT
    c.first_number, c.first_store,
    CAST(COUNT(*) AS BIGINT) AS customers,
    CAST(SUM(c.orders) AS BIGINT) AS orders,
    CAST(SUM(c.net) AS BIGINT) AS net,
    CAST(SUM(CASE WHEN c.second_number - c.first_number <= 30 THEN 1 ELSE 0 END) AS BIGINT) AS in_30,
    CAST(SUM(CASE WHEN c.second_number - c.first_number <= 60 THEN 1 ELSE 0 END) AS BIGINT) AS in_60,
    CAST(SUM(CASE WHEN c.second_number - c.first_number <= 90 THEN 1 ELSE 0 END) AS BIGINT) AS in_90
FROM by_customer AS c
WHERE c.orders > 0
GROUP BY c.first_number, c.first_store
