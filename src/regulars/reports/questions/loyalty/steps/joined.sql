-- The day of each customer's first points.
SELECT p.customer, c.day_number
FROM points AS p
JOIN calendar AS c ON c.day = p.first_day
