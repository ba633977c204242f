-- Customers whose kept facts are not what their sales say; a customer without sales may go without facts.
SELECT d.id FROM ({derived}) AS d
LEFT JOIN sales_customerfacts AS f ON f.customer_id = d.id
WHERE
    COALESCE(f.spent, 0) <> d.spent OR COALESCE(f.orders, 0) <> d.orders OR COALESCE(f.visits, 0) <> d.visits
    OR COALESCE(f.units_milli, 0) <> d.units_milli OR COALESCE(f.returned, 0) <> d.returned
    OR COALESCE(f.discount, 0) <> d.discount
    OR COALESCE(f.first_order, '1000-01-01') <> COALESCE(d.first_order, '1000-01-01')
    OR COALESCE(f.last_order, '1000-01-01') <> COALESCE(d.last_order, '1000-01-01')
ORDER BY d.id
