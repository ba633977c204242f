-- What was sold in each period of the span in which anything was.
WITH dated AS (
    SELECT s.kind, s.net, s.units, s.discount, s.customer,
        CASE $period
            WHEN 'day' THEN c.day_text
            WHEN 'week' THEN c.week_text
            WHEN 'quarter' THEN c.quarter_text
            WHEN 'year' THEN c.year_text
            ELSE c.month_text
        END AS period
    FROM sales AS s
    JOIN calendar AS c ON c.day_number = s.day_number
),
summed AS (
    SELECT period,
        CAST(SUM(net) AS BIGINT) AS net,
        CAST(SUM(CASE WHEN kind = 'sale' THEN 1 ELSE 0 END) AS BIGINT) AS orders,
        CAST(SUM(units) AS BIGINT) AS units,
        CAST(SUM(CASE WHEN kind = 'sale' AND customer IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT) AS known_orders,
        CAST(SUM(CASE WHEN customer IS NOT NULL THEN net ELSE 0 END) AS BIGINT) AS known_net,
        CAST(SUM(CASE WHEN kind = 'return' THEN 0 - net ELSE 0 END) AS BIGINT) AS returns,
        CAST(SUM(discount) AS BIGINT) AS discounts
    FROM dated
    GROUP BY period
)
SELECT period, net, orders,
    CASE WHEN orders > 0 THEN CAST(net AS DOUBLE) / CAST(orders AS DOUBLE) END AS average,
    CASE WHEN orders > 0 THEN CAST(units AS DOUBLE) / (1000.0 * CAST(orders AS DOUBLE)) END AS units_per_order,
    CASE WHEN orders > 0 THEN CAST(known_orders AS DOUBLE) / CAST(orders AS DOUBLE) END AS known_orders,
    CASE WHEN net > 0 THEN CAST(known_net AS DOUBLE) / CAST(net AS DOUBLE) END AS known_net,
    returns, discounts
FROM summed
ORDER BY period
