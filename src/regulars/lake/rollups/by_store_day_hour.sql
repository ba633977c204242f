-- What each hour of each store came to.
SELECT
    s.store, s.channel, s.day_number, s.hour,
    CAST(COUNT(*) AS BIGINT) AS sales,
    CAST(SUM(CASE WHEN s.kind = 'sale' THEN 1 ELSE 0 END) AS BIGINT) AS orders,
    CAST(SUM(s.net) AS BIGINT) AS net,
    CAST(SUM(CASE WHEN s.kind = 'sale' THEN 0 ELSE s.net END) AS BIGINT) AS returned,
    CAST(SUM(s.tax) AS BIGINT) AS tax,
    CAST(SUM(s.discount) AS BIGINT) AS discount,
    CAST(SUM(CASE WHEN s.kind = 'sale' THEN s.discount ELSE 0 END) AS BIGINT) AS order_discount,
    CAST(SUM(s.units) AS BIGINT) AS units,
    CAST(SUM(CASE WHEN s.kind = 'sale' THEN s.units ELSE 0 END) AS BIGINT) AS order_units,
    CAST(SUM(CASE WHEN s.kind = 'sale' AND s.customer IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT) AS known_orders,
    CAST(SUM(CASE WHEN s.customer IS NOT NULL THEN s.net ELSE 0 END) AS BIGINT) AS known_net
FROM sales AS s
GROUP BY s.store, s.channel, s.day_number, s.hour
