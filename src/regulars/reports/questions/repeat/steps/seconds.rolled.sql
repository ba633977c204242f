-- The days of the first and the second order ever; null: none yet.
SELECT customer, first_number AS first_day, second_number AS second_day
FROM by_customer
WHERE orders > 0
