WITH people AS (
    SELECT customer, SUM(CASE WHEN kind = 'sale' THEN 1 ELSE 0 END) AS orders, SUM(net) AS net
    FROM sales
    WHERE customer IS NOT NULL
    GROUP BY customer
),
-- A town is told from others of its name by its region and country.
homes AS (
    SELECT
        p.customer,
        p.orders,
        p.net,
        CASE WHEN $by = 'country' THEN '' ELSE COALESCE(c.country, '') END AS country,
        CASE WHEN $by = 'city' THEN COALESCE(c.region, '') ELSE '' END AS region,
        CASE $by WHEN 'region' THEN COALESCE(c.region, '') WHEN 'city' THEN COALESCE(c.city, '')
            WHEN 'postcode_area' THEN COALESCE(c.postcode_area, '') ELSE COALESCE(c.country, '') END AS place
    FROM people AS p
    LEFT JOIN customers AS c ON c.customer = p.customer
)
SELECT customer
FROM homes
WHERE orders > 0 AND country = $row_country AND region = $row_region AND place = $row_place
ORDER BY customer
