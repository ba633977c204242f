-- The best customers of the span, by what was asked: net sales, orders, or net sales for each order.
WITH bought AS (
    SELECT customer,
        CAST(SUM(CASE WHEN kind = 'sale' THEN 1 ELSE 0 END) AS BIGINT) AS orders,
        CAST(SUM(units) AS BIGINT) AS units,
        CAST(SUM(net) AS BIGINT) AS net,
        MIN(CASE WHEN kind = 'sale' THEN day END) AS first_order,
        MAX(CASE WHEN kind = 'sale' THEN day END) AS last_order
    FROM sales
    WHERE customer IS NOT NULL
    GROUP BY customer
),
measured AS (
    SELECT *, CASE WHEN orders > 0 THEN CAST(net AS DOUBLE) / CAST(orders AS DOUBLE) END AS average
    FROM bought
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
    FROM bought
)
SELECT
    CAST(ROW_NUMBER() OVER (
        ORDER BY
            CASE $by WHEN 'net' THEN CAST(b.net AS DOUBLE) WHEN 'orders' THEN CAST(b.orders AS DOUBLE) ELSE b.average END
                DESC NULLS LAST,
            b.net DESC NULLS LAST, b.customer ASC NULLS LAST
    ) AS BIGINT) AS place,
    b.customer, b.net, b.orders, b.average, b.units, b.first_order, b.last_order,
    CASE WHEN t.net > 0 THEN CAST(b.net AS DOUBLE) / CAST(t.net AS DOUBLE) END AS share
FROM best AS b
CROSS JOIN total AS t
ORDER BY place
