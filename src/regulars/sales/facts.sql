-- The facts of some customers, whole, from their sales: one pass over the covering index sales_of_customer.
-- The tax share is 0 where spending includes tax, 1 where it does not.
INSERT INTO sales_customerfacts
    (customer_id, spent, orders, visits, units_milli, returned, discount, first_order, last_order)
SELECT
    c.id,
    COALESCE(SUM(s.net - {tax_share} * s.tax), 0),
    COALESCE(SUM(CASE WHEN s.kind = 'sale' THEN 1 ELSE 0 END), 0),
    COUNT(DISTINCT CASE WHEN s.kind = 'sale' THEN s.store_id || '/' || s.day END),
    COALESCE(SUM(s.units_milli), 0),
    COALESCE(SUM(CASE WHEN s.kind = 'return' THEN {tax_share} * s.tax - s.net ELSE 0 END), 0),
    COALESCE(SUM(s.discount), 0),
    MIN(CASE WHEN s.kind = 'sale' THEN s.day END),
    MAX(CASE WHEN s.kind = 'sale' THEN s.day END)
FROM customers_customer AS c
LEFT JOIN sales_sale AS s ON s.customer_id = c.id AND s.customer_id IS NOT NULL AND s.status = 'completed'
WHERE {these_customers}
GROUP BY c.id
ON CONFLICT (customer_id) DO UPDATE SET
    spent = excluded.spent,
    orders = excluded.orders,
    visits = excluded.visits,
    units_milli = excluded.units_milli,
    returned = excluded.returned,
    discount = excluded.discount,
    first_order = excluded.first_order,
    last_order = excluded.last_order
