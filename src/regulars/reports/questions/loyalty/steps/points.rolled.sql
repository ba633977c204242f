-- Whose points ever moved: what they earned and spent, less what was given back of each, and the day of the first.
SELECT customer, earned, spent, first_day
FROM by_customer_booked
WHERE book = 'points'
