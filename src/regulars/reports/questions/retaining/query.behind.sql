-- Whose first order held the product.
WITH began AS (
    SELECT s.customer, MIN(s.day_number * 1440 + s.hour * 60 + s.minute) AS moment
    FROM history_sales AS s
    WHERE s.customer IS NOT NULL AND s.kind = 'sale'
    GROUP BY s.customer
),
firsts AS (
    SELECT s.customer, MIN(s.sale) AS sale
    FROM history_sales AS s
    JOIN began AS b ON b.customer = s.customer AND b.moment = s.day_number * 1440 + s.hour * 60 + s.minute
    WHERE s.kind = 'sale' AND s.day_number BETWEEN $from_number AND $to_number
    GROUP BY s.customer
)
SELECT DISTINCT f.customer AS customer
FROM history_lines AS l
JOIN firsts AS f ON f.sale = l.sale
WHERE l.kind = 'sale' AND l.quantity > 0 AND l.product = $row_product
ORDER BY customer
