-- What each customer spent on each category.
SELECT customer, category, net
FROM by_customer_category
WHERE category <> ''
