-- Who ever ordered, and the day of the first order.
SELECT customer, first_number AS first_day
FROM by_customer
WHERE orders > 0
