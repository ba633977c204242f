-- Keeps what facts.sql derives.
INSERT INTO sales_customerfacts
    (customer_id, spent, orders, visits, units_milli, returned, discount, first_order, last_order)
{derived}
ON CONFLICT (customer_id) DO UPDATE SET
    spent = excluded.spent,
    orders = excluded.orders,
    visits = excluded.visits,
    units_milli = excluded.units_milli,
    returned = excluded.returned,
    discount = excluded.discount,
    first_order = excluded.first_order,
    last_order = excluded.last_order
