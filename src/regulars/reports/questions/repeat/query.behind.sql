SELECT customer
FROM people
WHERE orders >= $row_at_least
ORDER BY customer
