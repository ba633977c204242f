-- Who ordered, and how often.
SELECT customer, orders
FROM by_customer
WHERE orders > 0
