-- What was sold in the whole span, in one row.
SELECT
    CAST(COALESCE(SUM(net), 0) AS BIGINT) AS net,
    CAST(COALESCE(SUM(CASE WHEN kind = 'sale' THEN 1 ELSE 0 END), 0) AS BIGINT) AS orders,
    CAST(COALESCE(SUM(units), 0) AS BIGINT) AS units,
    CAST(COALESCE(SUM(CASE WHEN kind = 'sale' AND customer IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT)
        AS known_orders,
    CAST(COALESCE(SUM(CASE WHEN customer IS NOT NULL THEN net ELSE 0 END), 0) AS BIGINT) AS known_net,
    CAST(COALESCE(SUM(CASE WHEN kind = 'return' THEN 0 - net ELSE 0 END), 0) AS BIGINT) AS returns,
    CAST(COALESCE(SUM(discount), 0) AS BIGINT) AS discounts,
    CAST(COUNT(DISTINCT customer) AS BIGINT) AS customers
FROM sales
