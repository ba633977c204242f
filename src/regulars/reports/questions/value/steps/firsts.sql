-- Their first order. Of several in one minute it is the one with the lowest number.
SELECT s.customer, MIN(s.sale) AS sale
FROM history_sales AS s
JOIN new AS n ON n.customer = s.customer AND n.first_number = s.day_number
JOIN moments AS m ON m.customer = s.customer AND m.moment = s.hour * 60 + s.minute
WHERE s.kind = 'sale'
GROUP BY s.customer
