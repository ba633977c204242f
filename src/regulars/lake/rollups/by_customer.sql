-- Each customer's whole life: the days of the first, second and last order; what the first was and the second came to.
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
    MIN(CASE WHEN d.so_far = 2 AND d.orders > 0 THEN d.day_number END) AS second_number,
    MIN(CASE WHEN d.so_far = 1 AND d.orders > 0 THEN d.sale END) AS first_sale,
    MIN(CASE WHEN d.so_far = 1 AND d.orders > 0 THEN d.store END) AS first_store,
    MIN(CASE WHEN d.so_far = 2 AND d.orders > 0 THEN d.net END) AS second_net
FROM (
    -- Of several orders in one minute the first is the one with the lowest number.
    SELECT
        y.*,
        SUM(y.orders) OVER (PARTITION BY y.customer ORDER BY y.day_number ASC NULLS FIRST, y.hour ASC NULLS FIRST,
            y.minute ASC NULLS FIRST, y.sale ASC NULLS FIRST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS so_far
    FROM by_customer_hour AS y
) AS d
GROUP BY d.customer
