-- Who bought each thing, of all customers in the same days and stores.
SELECT DISTINCT
    CASE $by WHEN 'category' THEN l.category WHEN 'brand' THEN l.brand ELSE '' END AS name,
    CASE WHEN $by = 'product' THEN l.product ELSE 0 END AS product,
    l.customer
FROM all_lines AS l
WHERE l.customer IS NOT NULL AND l.kind = 'sale' AND l.quantity > 0
