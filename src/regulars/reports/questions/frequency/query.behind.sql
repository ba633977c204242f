SELECT DISTINCT customer
FROM ordered
WHERE days >= $row_from_days AND days <= $row_to_days
ORDER BY customer
