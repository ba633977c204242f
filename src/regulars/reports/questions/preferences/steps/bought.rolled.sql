-- How many bought each thing, and what they spent on it. Of products and brands there are no rollups.
SELECT
    category AS name, CAST(0 AS INTEGER) AS product,
    CAST(SUM(CASE WHEN orders > 0 THEN customers ELSE 0 END) AS BIGINT) AS customers,
    CAST(SUM(net) AS BIGINT) AS net
FROM by_category_orders
WHERE $by = 'category'
GROUP BY category
UNION ALL
SELECT
    CASE WHEN $by = 'brand' THEN l.brand ELSE '' END AS name,
    CASE WHEN $by = 'product' THEN l.product ELSE 0 END AS product,
    CAST(COUNT(DISTINCT CASE WHEN l.kind = 'sale' AND l.quantity > 0 THEN l.customer END) AS BIGINT) AS customers,
    CAST(SUM(l.net) AS BIGINT) AS net
FROM lines AS l
WHERE l.customer IS NOT NULL AND $by <> 'category'
GROUP BY 1, 2
