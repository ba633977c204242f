-- What was sold in each period in which anything was.
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
