-- What each customer brought in all of history, and the day of the first order; null without one.
SELECT c.customer, c.first_number, c.orders, c.net
FROM by_customer AS c
