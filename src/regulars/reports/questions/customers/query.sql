-- Each customer of the span, richest first, and what share of the net sales those down to this one make up.
WITH bought AS (
    SELECT customer,
        CAST(SUM(CASE WHEN kind = 'sale' THEN 1 ELSE 0 END) AS BIGINT) AS orders,
        CAST(SUM(units) AS BIGINT) AS units,
        CAST(SUM(net) AS BIGINT) AS net,
        CAST(SUM(CASE WHEN kind = 'return' THEN 0 - net ELSE 0 END) AS BIGINT) AS returns,
        CAST(SUM(discount) AS BIGINT) AS discounts,
        MIN(CASE WHEN kind = 'sale' THEN day END) AS first_order,
        MAX(CASE WHEN kind = 'sale' THEN day END) AS last_order
    FROM sales
    WHERE customer IS NOT NULL
    GROUP BY customer
),
-- Everybody is summed, then as many are shown as were asked for.
summed AS (
    SELECT *,
        CAST(SUM(net) OVER () AS BIGINT) AS whole,
        CAST(SUM(net) OVER (
            ORDER BY net DESC NULLS LAST, customer ASC NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS BIGINT) AS so_far
    FROM bought
)
SELECT customer, net, orders, units,
    CASE WHEN orders > 0 THEN CAST(net AS DOUBLE) / CAST(orders AS DOUBLE) END AS average,
    returns, discounts, first_order, last_order,
    CASE WHEN whole > 0 THEN CAST(net AS DOUBLE) / CAST(whole AS DOUBLE) END AS share,
    CASE WHEN whole > 0 THEN CAST(so_far AS DOUBLE) / CAST(whole AS DOUBLE) END AS share_so_far
FROM summed
ORDER BY net DESC NULLS LAST, customer ASC NULLS LAST
LIMIT $most
