-- Whose sale held both.
WITH held AS (
    SELECT
        l.sale,
        l.customer,
        CASE
            WHEN $by = 'category' AND l.category = $row_first_name THEN 1
            WHEN $by = 'product' AND COALESCE(p.sku, '') = $row_first_sku
                AND COALESCE(NULLIF(p.name, ''), p.sku, '') = $row_first_name THEN 1
            ELSE 0
        END AS is_one,
        CASE
            WHEN $by = 'category' AND l.category = $row_second_name THEN 1
            WHEN $by = 'product' AND COALESCE(p.sku, '') = $row_second_sku
                AND COALESCE(NULLIF(p.name, ''), p.sku, '') = $row_second_name THEN 1
            ELSE 0
        END AS is_other
    FROM lines AS l
    LEFT JOIN products AS p ON p.product = l.product
    WHERE l.kind = 'sale' AND l.quantity > 0 AND l.customer IS NOT NULL
)
SELECT DISTINCT f.customer AS customer
FROM (
    SELECT h.sale, h.customer
    FROM held AS h
    GROUP BY h.sale, h.customer
    HAVING MAX(h.is_one) = 1 AND MAX(h.is_other) = 1
) AS f
ORDER BY customer
