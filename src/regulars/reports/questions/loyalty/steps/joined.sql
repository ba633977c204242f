-- The day of each customer's first points.
SELECT e.customer, MIN(c.day_number) AS day_number
FROM entries AS e
JOIN calendar AS c ON c.day = e.day
WHERE e.book = 'points'
GROUP BY e.customer
