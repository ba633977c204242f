SELECT customer
FROM seconds
WHERE second_day IS NOT NULL
ORDER BY customer
