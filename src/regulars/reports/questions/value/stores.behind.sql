-- Whose first order was in the store.
WITH began AS (
    SELECT
        s.customer,
        MIN(CASE WHEN s.kind = 'sale' THEN s.day_number END) AS first_number,
        CAST(SUM(CASE WHEN s.kind = 'sale' THEN 1 ELSE 0 END) AS BIGINT) AS orders,
        CAST(SUM(s.net) AS BIGINT) AS net
    FROM history_sales AS s
    WHERE s.customer IS NOT NULL
    GROUP BY s.customer
),
new AS (
    SELECT b.customer, b.first_number, b.orders, b.net
    FROM began AS b
    WHERE b.first_number BETWEEN $from_number AND $to_number
),
moments AS (
    SELECT s.customer, MIN(s.hour * 60 + s.minute) AS moment
    FROM history_sales AS s
    JOIN new AS n ON n.customer = s.customer AND n.first_number = s.day_number
    WHERE s.kind = 'sale'
    GROUP BY s.customer
),
firsts AS (
    SELECT s.customer, MIN(s.sale) AS sale
    FROM history_sales AS s
    JOIN new AS n ON n.customer = s.customer AND n.first_number = s.day_number
    JOIN moments AS m ON m.customer = s.customer AND m.moment = s.hour * 60 + s.minute
    WHERE s.kind = 'sale'
    GROUP BY s.customer
)
SELECT f.customer AS customer
FROM firsts AS f
JOIN history_sales AS s ON s.sale = f.sale
WHERE s.store = $row_store
ORDER BY customer
