SELECT DISTINCT bought.customer
FROM (
    SELECT customer, month
    FROM sales
    WHERE kind = 'sale' AND customer IS NOT NULL
    GROUP BY customer, month
    HAVING COUNT(*) = $row_orders
) AS bought
ORDER BY bought.customer
