-- What each customer bought in the days asked about. Who only brought something back is there, without an order.
SELECT
    customer,
    CAST(SUM(CASE WHEN kind = 'sale' THEN 1 ELSE 0 END) AS BIGINT) AS orders,
    CAST(SUM(units) AS BIGINT) AS units,
    CAST(SUM(net) AS BIGINT) AS net,
    CAST(SUM(CASE WHEN kind = 'return' THEN 0 - net ELSE 0 END) AS BIGINT) AS returns,
    CAST(SUM(discount) AS BIGINT) AS discounts,
    MIN(CASE WHEN kind = 'sale' THEN day_number END) AS first_number,
    MAX(CASE WHEN kind = 'sale' THEN day_number END) AS last_number
FROM sales
WHERE customer IS NOT NULL
GROUP BY customer
