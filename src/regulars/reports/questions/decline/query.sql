-- Each category in the days asked about and in as many days before, customer by customer (docs/algorithms/decline.md).
WITH spans AS (
    SELECT
        -- Whole years of 52 weeks, so that the same weekdays stand side by side.
        CASE $against
            WHEN 'year' THEN 364 * CAST(CEIL(CAST($to_number - $from_number + 1 AS DOUBLE) / CAST(364 AS DOUBLE)) AS INTEGER)
            ELSE $to_number - $from_number + 1
        END AS back
),
-- The lines of a sale in a category, so that orders are counted.
of_sale AS (
    SELECT
        l.category,
        l.customer,
        CASE WHEN l.day_number >= $from_number THEN 1 ELSE 0 END AS is_now,
        CAST(SUM(l.net) AS BIGINT) AS net,
        MAX(CASE WHEN l.kind = 'sale' AND l.quantity > 0 THEN 1 ELSE 0 END) AS is_order
    FROM history_lines AS l
    CROSS JOIN spans AS s
    WHERE l.day_number BETWEEN $from_number AND $to_number
        OR l.day_number BETWEEN $from_number - s.back AND $to_number - s.back
    GROUP BY l.sale, l.category, l.customer, CASE WHEN l.day_number >= $from_number THEN 1 ELSE 0 END
),
-- Anonymous sales are one row for each category.
of_each AS (
    SELECT
        o.category,
        o.customer,
        CAST(SUM(CASE WHEN o.is_now = 0 THEN o.net ELSE 0 END) AS BIGINT) AS net_before,
        CAST(SUM(CASE WHEN o.is_now = 1 THEN o.net ELSE 0 END) AS BIGINT) AS net_now,
        CAST(SUM(CASE WHEN o.is_now = 0 THEN o.is_order ELSE 0 END) AS BIGINT) AS orders_before,
        CAST(SUM(CASE WHEN o.is_now = 1 THEN o.is_order ELSE 0 END) AS BIGINT) AS orders_now
    FROM of_sale AS o
    GROUP BY o.category, o.customer
),
judged AS (
    SELECT
        e.category,
        e.net_before,
        e.net_now,
        e.net_now - e.net_before AS change,
        CASE
            WHEN e.customer IS NULL THEN 'anonymous'
            WHEN e.orders_before > 0 AND e.orders_now = 0 THEN 'lost'
            WHEN e.orders_before = 0 AND e.orders_now > 0 THEN 'gained'
            ELSE 'stayed'
        END AS what,
        e.orders_before,
        -- The orders more or fewer, each at the mean of what an order came to before and comes to now.
        CASE WHEN e.customer IS NOT NULL AND e.orders_before > 0 AND e.orders_now > 0 THEN
            CAST(FLOOR(
                CAST(e.orders_now - e.orders_before AS DOUBLE)
                * (CAST(e.net_before AS DOUBLE) / CAST(e.orders_before AS DOUBLE)
                    + CAST(e.net_now AS DOUBLE) / CAST(e.orders_now AS DOUBLE))
                / CAST(2 AS DOUBLE) + CAST(0.5 AS DOUBLE)
            ) AS BIGINT)
        ELSE CAST(0 AS BIGINT) END AS by_orders
    FROM of_each AS e
)
SELECT
    j.category AS category,
    CAST(SUM(j.net_before) AS BIGINT) AS net_before,
    CAST(SUM(j.net_now) AS BIGINT) AS net_now,
    CAST(SUM(j.change) AS BIGINT) AS change,
    CASE WHEN SUM(j.net_before) > 0 THEN CAST(SUM(j.change) AS DOUBLE) / CAST(SUM(j.net_before) AS DOUBLE) END AS change_share,
    CAST(SUM(CASE WHEN j.what = 'lost' THEN j.change ELSE 0 END) AS BIGINT) AS lost,
    CAST(SUM(CASE WHEN j.what = 'gained' THEN j.change ELSE 0 END) AS BIGINT) AS gained,
    CAST(SUM(j.by_orders) AS BIGINT) AS fewer_orders,
    CAST(SUM(CASE WHEN j.what = 'stayed' THEN j.change - j.by_orders ELSE 0 END) AS BIGINT) AS smaller_orders,
    CAST(SUM(CASE WHEN j.what = 'anonymous' THEN j.change ELSE 0 END) AS BIGINT) AS anonymous,
    CAST(SUM(CASE WHEN j.what = 'lost' THEN 1 ELSE 0 END) AS BIGINT) AS customers_lost,
    CAST(SUM(CASE WHEN j.what = 'gained' THEN 1 ELSE 0 END) AS BIGINT) AS customers_gained,
    CAST(SUM(CASE WHEN j.what = 'stayed' AND j.orders_before > 0 THEN 1 ELSE 0 END) AS BIGINT) AS customers_stayed
FROM judged AS j
GROUP BY j.category
ORDER BY change, category
