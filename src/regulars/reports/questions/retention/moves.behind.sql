SELECT customer
FROM people
WHERE CASE
    WHEN is_here = 1 AND was_here = 1 THEN 'retained'
    WHEN is_here = 1 AND was_ever = 1 THEN 'reactivated'
    WHEN is_here = 1 THEN 'new'
    WHEN was_here = 1 THEN 'churned'
    ELSE ''
END = $row_who
ORDER BY customer
