-- What was sold in each period of the span in which anything was.
WITH summed AS (
    SELECT
        CASE $period
            WHEN 'day' THEN c.day_text
            WHEN 'week' THEN c.week_text
            WHEN 'quarter' THEN c.quarter_text
            WHEN 'year' THEN c.year_text
            ELSE c.month_text
        END AS period,
        CAST(SUM(h.net) AS BIGINT) AS net,
        CAST(SUM(h.orders) AS BIGINT) AS orders,
        CAST(SUM(h.units) AS BIGINT) AS units,
        CAST(SUM(h.known_orders) AS BIGINT) AS known_orders,
        CAST(SUM(h.known_net) AS BIGINT) AS known_net,
        CAST(0 - SUM(h.returned) AS BIGINT) AS returns,
        CAST(SUM(h.discount) AS BIGINT) AS discounts
    FROM (
        SELECT
            day_number,
            SUM(sales) AS sales, SUM(net) AS net, SUM(orders) AS orders, SUM(units) AS units,
            SUM(known_orders) AS known_orders, SUM(known_net) AS known_net, SUM(returned) AS returned,
            SUM(discount) AS discount
        FROM by_store_day_hour
        WHERE day_number >= $from_number AND day_number <= $to_number AND store IN (SELECT store FROM stores)
        GROUP BY day_number
    ) AS h
    JOIN calendar AS c ON c.day_number = h.day_number
    WHERE h.sales <> 0
    GROUP BY 1
)
SELECT period, net, orders,
    CASE WHEN orders > 0 THEN CAST(net AS DOUBLE) / CAST(orders AS DOUBLE) END AS average,
    CASE WHEN orders > 0 THEN CAST(units AS DOUBLE) / (1000.0 * CAST(orders AS DOUBLE)) END AS units_per_order,
    CASE WHEN orders > 0 THEN CAST(known_orders AS DOUBLE) / CAST(orders AS DOUBLE) END AS known_orders,
    CASE WHEN net > 0 THEN CAST(known_net AS DOUBLE) / CAST(net AS DOUBLE) END AS known_net,
    returns, discounts
FROM summed
ORDER BY period
