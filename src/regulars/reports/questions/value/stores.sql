-- The same, by the store of the first order.
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
-- Of several orders in one minute the first is the one with the lowest number.
firsts AS (
    SELECT s.customer, MIN(s.sale) AS sale
    FROM history_sales AS s
    JOIN new AS n ON n.customer = s.customer AND n.first_number = s.day_number
    JOIN moments AS m ON m.customer = s.customer AND m.moment = s.hour * 60 + s.minute
    WHERE s.kind = 'sale'
    GROUP BY s.customer
)
SELECT
    CAST(s.store AS INTEGER) AS store,
    CAST(COUNT(*) AS BIGINT) AS customers,
    CAST(SUM(n.orders) AS BIGINT) AS orders,
    CAST(SUM(n.net) AS BIGINT) AS net,
    CAST(SUM(n.orders) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS orders_each,
    CAST(SUM(n.net) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS net_each
FROM new AS n
JOIN firsts AS f ON f.customer = n.customer
JOIN history_sales AS s ON s.sale = f.sale
GROUP BY s.store
ORDER BY net DESC, store
