-- What was paid how on each day of each store. An order paid twice alike counts once; without a method: whatever was paid.
SELECT
    p.method, p.store, p.channel, p.day_number,
    CAST(COUNT(*) AS BIGINT) AS payments,
    CAST(COUNT(DISTINCT CASE WHEN p.kind = 'sale' THEN p.sale END) AS BIGINT) AS orders,
    CAST(SUM(p.amount) AS BIGINT) AS amount
FROM payments AS p
GROUP BY p.method, p.store, p.channel, p.day_number
UNION ALL
SELECT
    CAST(NULL AS VARCHAR) AS method, p.store, p.channel, p.day_number,
    CAST(COUNT(*) AS BIGINT) AS payments,
    CAST(COUNT(DISTINCT CASE WHEN p.kind = 'sale' THEN p.sale END) AS BIGINT) AS orders,
    CAST(SUM(p.amount) AS BIGINT) AS amount
FROM payments AS p
GROUP BY p.store, p.channel, p.day_number
