-- The facts of some customers, whole, from their sales: one pass over the covering index sales_of_customer.
-- The tax share is 0 where spending includes tax, 1 where it does not.
SELECT
    c.id,
    COALESCE(SUM(s.net - {tax_share} * s.tax), 0) AS spent,
    COALESCE(SUM(CASE WHEN s.kind = 'sale' THEN 1 ELSE 0 END), 0) AS orders,
    COUNT(DISTINCT CASE WHEN s.kind = 'sale' THEN s.store_id || '/' || s.day END) AS visits,
    COALESCE(SUM(s.units_milli), 0) AS units_milli,
    COALESCE(SUM(CASE WHEN s.kind = 'return' THEN {tax_share} * s.tax - s.net ELSE 0 END), 0) AS returned,
    COALESCE(SUM(s.discount), 0) AS discount,
    MIN(CASE WHEN s.kind = 'sale' THEN s.day END) AS first_order,
    MAX(CASE WHEN s.kind = 'sale' THEN s.day END) AS last_order
FROM customers_customer AS c
LEFT JOIN sales_sale AS s ON s.customer_id = c.id AND s.customer_id IS NOT NULL AND s.status = 'completed'
WHERE {these_customers}
GROUP BY c.id
