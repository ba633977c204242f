-- Those whose first order lies in the days asked about.
SELECT b.customer, b.first_number, b.orders, b.net
FROM began AS b
WHERE b.first_number BETWEEN $from_number AND $to_number
