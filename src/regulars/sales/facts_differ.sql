-- Customers whose kept facts are not what their sales say, or who have none: lists join the facts.
SELECT d.id FROM ({derived}) AS d
LEFT JOIN sales_customerfacts AS f ON f.customer_id = d.id
WHERE
    f.customer_id IS NULL
    OR f.spent <> d.spent OR f.orders <> d.orders OR f.visits <> d.visits
    OR f.units_milli <> d.units_milli OR f.returned <> d.returned OR f.discount <> d.discount
    OR COALESCE(f.first_order, '1000-01-01') <> COALESCE(d.first_order, '1000-01-01')
    OR COALESCE(f.last_order, '1000-01-01') <> COALESCE(d.last_order, '1000-01-01')
ORDER BY d.id
