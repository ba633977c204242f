-- What each customer bought in each hour in which they did, sale by sale.
SELECT
    s.customer, s.day_number, s.month, s.hour, s.minute, s.sale, s.store,
    CAST(COUNT(*) AS BIGINT) AS sales,
    CAST(SUM(CASE WHEN s.kind = 'sale' THEN 1 ELSE 0 END) AS BIGINT) AS orders,
    CAST(SUM(s.net) AS BIGINT) AS net,
    CAST(SUM(CASE WHEN s.kind = 'sale' THEN 0 ELSE s.net END) AS BIGINT) AS returned,
    CAST(SUM(s.discount) AS BIGINT) AS discount,
    CAST(SUM(s.units) AS BIGINT) AS units
FROM sales AS s
WHERE s.customer IS NOT NULL
GROUP BY s.customer, s.day_number, s.month, s.hour, s.minute, s.sale, s.store
