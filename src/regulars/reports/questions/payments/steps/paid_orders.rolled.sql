-- Orders of each day, whatever they were paid with.
SELECT day_number, SUM(orders) AS orders
FROM by_payment_day
WHERE method IS NULL
GROUP BY day_number
HAVING SUM(payments) <> 0
