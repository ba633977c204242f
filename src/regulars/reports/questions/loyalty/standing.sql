-- Who ordered: their standing (2: has spent points, 1: has earned some, 0: neither), their orders and net sales;
-- shape.py ranks them.
SELECT
    CAST(CASE WHEN p.spent > 0 THEN 2 WHEN p.earned > 0 THEN 1 ELSE 0 END AS INTEGER) AS standing,
    e.orders,
    e.net
FROM each_customer AS e
LEFT JOIN points AS p ON p.customer = e.customer
WHERE e.orders > 0
