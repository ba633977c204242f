WITH ordered AS (
    SELECT
        customer,
        day_number - LAG(day_number) OVER (PARTITION BY customer ORDER BY day_number ASC NULLS FIRST) AS days
    FROM sales
    WHERE kind = 'sale' AND customer IS NOT NULL
)
SELECT DISTINCT customer
FROM ordered
WHERE days >= $row_from_days AND days <= $row_to_days
ORDER BY customer
