-- Who bought each thing: of the customers asked about, and of all customers in the same days and stores.
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
