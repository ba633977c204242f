-- What each known customer bought of each thing.
SELECT
    CASE $by WHEN 'category' THEN l.category WHEN 'brand' THEN l.brand ELSE '' END AS name,
    CASE WHEN $by = 'product' THEN l.product ELSE 0 END AS product,
    l.customer,
    MAX(CASE WHEN l.kind = 'sale' AND l.quantity > 0 THEN 1 ELSE 0 END) AS is_bought,
    CAST(SUM(l.net) AS BIGINT) AS net
FROM lines AS l
WHERE l.customer IS NOT NULL
GROUP BY 1, 2, 3
