-- What customers of each place bought.
SELECT
    country,
    region,
    place,
    CAST(SUM(CASE WHEN orders > 0 THEN 1 ELSE 0 END) AS BIGINT) AS customers,
    CAST(SUM(orders) AS BIGINT) AS orders,
    CAST(SUM(net) AS BIGINT) AS net
FROM homes
GROUP BY country, region, place
