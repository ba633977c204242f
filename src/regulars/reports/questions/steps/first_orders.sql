-- Who ever ordered, and the day of the first order, whatever dates are asked about.
SELECT customer, MIN(day_number) AS first_day
FROM history_sales
WHERE kind = 'sale' AND customer IS NOT NULL
GROUP BY customer
