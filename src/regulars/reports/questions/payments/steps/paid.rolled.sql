-- Orders paid with each method on each day, and the amount. One paid with two methods counts in both, and once in each.
SELECT day_number, method, SUM(orders) AS orders, SUM(amount) AS amount
FROM by_payment_day
WHERE method IS NOT NULL
GROUP BY day_number, method
HAVING SUM(payments) <> 0
