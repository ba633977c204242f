-- What was sold in each period in which anything was.
SELECT
    d.period_text AS period,
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
JOIN period_days AS d ON d.day_number = h.day_number
WHERE h.sales <> 0
GROUP BY 1
