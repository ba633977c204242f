-- Each customer of the span, richest first, and what share of the net sales those down to this one make up.
WITH bought AS (
    SELECT customer, orders, units, net, returns, discounts, first_number, last_number
    FROM each_customer
    ORDER BY net DESC NULLS LAST, customer ASC NULLS LAST
    LIMIT $most
),
-- The share is that of all of them.
total AS (
    SELECT CAST(SUM(net) AS BIGINT) AS whole
    FROM each_customer
),
summed AS (
    SELECT b.customer, b.orders, b.units, b.net, b.returns, b.discounts, t.whole, f.day AS first_order, l.day AS last_order,
        CAST(SUM(b.net) OVER (
            ORDER BY b.net DESC NULLS LAST, b.customer ASC NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS BIGINT) AS so_far
    FROM bought AS b
    CROSS JOIN total AS t
    LEFT JOIN calendar AS f ON f.day_number = b.first_number
    LEFT JOIN calendar AS l ON l.day_number = b.last_number
)
SELECT customer, net, orders, units,
    CASE WHEN orders > 0 THEN CAST(net AS DOUBLE) / CAST(orders AS DOUBLE) END AS average,
    returns, discounts, first_order, last_order,
    CASE WHEN whole > 0 THEN CAST(net AS DOUBLE) / CAST(whole AS DOUBLE) END AS share,
    CASE WHEN whole > 0 THEN CAST(so_far AS DOUBLE) / CAST(whole AS DOUBLE) END AS share_so_far
FROM summed
ORDER BY net DESC NULLS LAST, customer ASC NULLS LAST
