-- The best customers of the span, by what was asked: net sales, orders, or net sales for each order.
WITH measured AS (
    SELECT *, CASE WHEN orders > 0 THEN CAST(net AS DOUBLE) / CAST(orders AS DOUBLE) END AS average
    FROM each_customer
    -- An average of one order or two says little.
    WHERE $by <> 'average' OR orders >= $least_orders
),
best AS (
    SELECT *
    FROM measured
    ORDER BY
        CASE $by WHEN 'net' THEN CAST(net AS DOUBLE) WHEN 'orders' THEN CAST(orders AS DOUBLE) ELSE average END
            DESC NULLS LAST,
        net DESC NULLS LAST, customer ASC NULLS LAST
    LIMIT $most
),
total AS (
    SELECT CAST(SUM(net) AS BIGINT) AS net
    FROM each_customer
)
SELECT
    CAST(ROW_NUMBER() OVER (
        ORDER BY
            CASE $by WHEN 'net' THEN CAST(b.net AS DOUBLE) WHEN 'orders' THEN CAST(b.orders AS DOUBLE) ELSE b.average END
                DESC NULLS LAST,
            b.net DESC NULLS LAST, b.customer ASC NULLS LAST
    ) AS BIGINT) AS place,
    b.customer, b.net, b.orders, b.average, b.units, f.day AS first_order, l.day AS last_order,
    CASE WHEN t.net > 0 THEN CAST(b.net AS DOUBLE) / CAST(t.net AS DOUBLE) END AS share
FROM best AS b
CROSS JOIN total AS t
LEFT JOIN calendar AS f ON f.day_number = b.first_number
LEFT JOIN calendar AS l ON l.day_number = b.last_number
ORDER BY place
