SELECT customer
FROM seconds
WHERE first_day <= $today_number - $row_within_days AND second_day - first_day <= $row_within_days
ORDER BY customer
