SELECT customer
FROM people
WHERE is_here = 1 AND was_here = 1
ORDER BY customer
