-- Those of them who ordered before, with as many days before and after as are compared.
SELECT j.customer, j.day_number
FROM joined AS j
JOIN first_orders AS b ON b.customer = j.customer
WHERE b.first_day <= j.day_number - $days
    AND j.day_number + $days <= $today_number
    AND j.day_number BETWEEN $from_number AND $to_number
