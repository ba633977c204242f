-- What known customers pay with, all of them; without a method: whatever was paid. `parts`: the customers.
SELECT
    m.method,
    CAST(COUNT(*) AS BIGINT) AS parts,
    CAST(SUM(m.orders) AS BIGINT) AS orders,
    CAST(SUM(m.amount) AS BIGINT) AS amount
FROM by_customer_method AS m
GROUP BY m.method
