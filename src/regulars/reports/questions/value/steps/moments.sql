-- The minute of the day of their first order.
SELECT s.customer, MIN(s.hour * 60 + s.minute) AS moment
FROM history_sales AS s
JOIN new AS n ON n.customer = s.customer AND n.first_number = s.day_number
WHERE s.kind = 'sale'
GROUP BY s.customer
