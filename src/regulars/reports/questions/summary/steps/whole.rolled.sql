-- What was sold in the whole span, in one row.
SELECT s.net, s.orders, s.units, s.known_orders, s.known_net, s.returns, s.discounts, p.customers
FROM (
    SELECT
        CAST(COALESCE(SUM(net), 0) AS BIGINT) AS net,
        CAST(COALESCE(SUM(orders), 0) AS BIGINT) AS orders,
        CAST(COALESCE(SUM(units), 0) AS BIGINT) AS units,
        CAST(COALESCE(SUM(known_orders), 0) AS BIGINT) AS known_orders,
        CAST(COALESCE(SUM(known_net), 0) AS BIGINT) AS known_net,
        CAST(COALESCE(0 - SUM(returned), 0) AS BIGINT) AS returns,
        CAST(COALESCE(SUM(discount), 0) AS BIGINT) AS discounts
    FROM by_store_day_hour
) AS s
CROSS JOIN (SELECT CAST(COUNT(*) AS BIGINT) AS customers FROM by_customer) AS p
