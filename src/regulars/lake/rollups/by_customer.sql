-- Each customer's whole life, and the days of the first, second and last order.
SELECT
    d.customer,
    CAST(SUM(d.sales) AS BIGINT) AS sales,
    CAST(SUM(d.orders) AS BIGINT) AS orders,
    CAST(SUM(d.net) AS BIGINT) AS net,
    CAST(SUM(d.returned) AS BIGINT) AS returned,
    CAST(SUM(d.discount) AS BIGINT) AS discount,
    CAST(SUM(d.units) AS BIGINT) AS units,
    MIN(CASE WHEN d.orders > 0 THEN d.day_number END) AS first_number,
    MAX(CASE WHEN d.orders > 0 THEN d.day_number END) AS last_number,
    MIN(CASE WHEN d.so_far >= 2 AND d.orders > 0 THEN d.day_number END) AS second_number
FROM (
    SELECT
        y.*,
        SUM(y.orders) OVER (PARTITION BY y.customer ORDER BY y.day_number ASC NULLS FIRST, y.hour ASC NULLS FIRST
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS so_far
    FROM by_customer_hour AS y
) AS d
GROUP BY d.customer
