-- What each customer bought. Who only brought something back is there, without an order.
SELECT customer, orders, units, net, 0 - returned AS returns, discount AS discounts, first_number, last_number
FROM by_customer
