-- What each customer's month came to.
SELECT
    d.customer, d.month,
    CAST(SUM(d.sales) AS BIGINT) AS sales,
    CAST(SUM(d.orders) AS BIGINT) AS orders,
    CAST(SUM(d.net) AS BIGINT) AS net,
    CAST(SUM(d.returned) AS BIGINT) AS returned,
    CAST(SUM(d.discount) AS BIGINT) AS discount,
    CAST(SUM(d.units) AS BIGINT) AS units
FROM by_customer_hour AS d
GROUP BY d.customer, d.month
