-- What each customer's orders were paid with. One paid twice alike counts once; without a method: whatever was paid.
SELECT
    p.customer, p.method,
    CAST(COUNT(*) AS BIGINT) AS payments,
    CAST(COUNT(DISTINCT p.sale) AS BIGINT) AS orders,
    CAST(SUM(p.amount) AS BIGINT) AS amount
FROM payments AS p
WHERE p.customer IS NOT NULL AND p.kind = 'sale'
GROUP BY p.customer, p.method
UNION ALL
SELECT
    p.customer, CAST(NULL AS VARCHAR) AS method,
    CAST(COUNT(*) AS BIGINT) AS payments,
    CAST(COUNT(DISTINCT p.sale) AS BIGINT) AS orders,
    CAST(SUM(p.amount) AS BIGINT) AS amount
FROM payments AS p
WHERE p.customer IS NOT NULL AND p.kind = 'sale'
GROUP BY p.customer
