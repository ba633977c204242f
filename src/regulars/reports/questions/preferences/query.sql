-- Who bought each thing: of the customers asked about, and of all customers in the same days and stores.
WITH of_each AS (
    SELECT
        CASE $by WHEN 'category' THEN l.category WHEN 'brand' THEN l.brand ELSE '' END AS name,
        CASE WHEN $by = 'product' THEN l.product ELSE 0 END AS product,
        l.customer,
        MAX(CASE WHEN l.kind = 'sale' AND l.quantity > 0 THEN 1 ELSE 0 END) AS is_bought,
        CAST(SUM(l.net) AS BIGINT) AS net
    FROM lines AS l
    WHERE l.customer IS NOT NULL
    GROUP BY 1, 2, 3
),
bought AS (
    SELECT e.name, e.product, CAST(SUM(e.is_bought) AS BIGINT) AS customers, CAST(SUM(e.net) AS BIGINT) AS net
    FROM of_each AS e
    GROUP BY e.name, e.product
),
of_all AS (
    SELECT DISTINCT
        CASE $by WHEN 'category' THEN l.category WHEN 'brand' THEN l.brand ELSE '' END AS name,
        CASE WHEN $by = 'product' THEN l.product ELSE 0 END AS product,
        l.customer
    FROM all_lines AS l
    WHERE l.customer IS NOT NULL AND l.kind = 'sale' AND l.quantity > 0
),
bought_by_all AS (
    SELECT a.name, a.product, CAST(COUNT(*) AS BIGINT) AS customers FROM of_all AS a GROUP BY a.name, a.product
),
buyers AS (
    SELECT CAST(COUNT(DISTINCT s.customer) AS BIGINT) AS number FROM sales AS s WHERE s.kind = 'sale'
),
all_buyers AS (
    SELECT CAST(COUNT(DISTINCT s.customer) AS BIGINT) AS number FROM all_sales AS s WHERE s.kind = 'sale'
)
SELECT
    $by AS what,
    CASE WHEN $by = 'product' THEN COALESCE(p.name, '') ELSE a.name END AS name,
    COALESCE(p.sku, '') AS sku,
    COALESCE(b.customers, CAST(0 AS BIGINT)) AS customers,
    COALESCE(b.net, CAST(0 AS BIGINT)) AS net,
    CAST(COALESCE(b.customers, CAST(0 AS BIGINT)) AS DOUBLE) / CAST(NULLIF(n.number, 0) AS DOUBLE) AS share,
    n.number AS buyers,
    a.customers AS all_customers,
    CAST(a.customers AS DOUBLE) / CAST(m.number AS DOUBLE) AS all_share,
    m.number AS all_buyers,
    (CAST(COALESCE(b.customers, CAST(0 AS BIGINT)) AS DOUBLE) / CAST(NULLIF(n.number, 0) AS DOUBLE))
        / (CAST(a.customers AS DOUBLE) / CAST(m.number AS DOUBLE)) AS preference
FROM bought_by_all AS a
CROSS JOIN buyers AS n
CROSS JOIN all_buyers AS m
LEFT JOIN bought AS b ON b.name = a.name AND b.product = a.product
LEFT JOIN products AS p ON p.product = a.product
WHERE a.customers >= $least
ORDER BY preference DESC NULLS LAST, customers DESC, name, sku, a.product
