-- What customers of each place bought. A town is told from others of its name by its region and country.
SELECT
    CASE WHEN $by = 'country' THEN '' ELSE country END AS country,
    CASE WHEN $by = 'city' THEN region ELSE '' END AS region,
    CASE $by WHEN 'region' THEN region WHEN 'city' THEN city WHEN 'postcode_area' THEN postcode_area ELSE country END AS place,
    CAST(SUM(customers) AS BIGINT) AS customers,
    CAST(SUM(orders) AS BIGINT) AS orders,
    CAST(SUM(net) AS BIGINT) AS net
FROM by_place
GROUP BY 1, 2, 3
HAVING SUM(parts) <> 0
