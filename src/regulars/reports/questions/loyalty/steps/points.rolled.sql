-- Whose points ever moved: what they earned and spent, less what was given back of each, and the day of the first.
SELECT customer, SUM(earned) AS earned, SUM(spent) AS spent, MIN(first_day) AS first_day
FROM by_customer_booked
WHERE book = 'points'
GROUP BY customer
HAVING SUM(entries) <> 0
