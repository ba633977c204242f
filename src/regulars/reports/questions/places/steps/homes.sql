-- What each customer bought, and where they live. A town is told from others of its name by its region and country.
SELECT
    p.customer,
    p.orders,
    p.net,
    CASE WHEN $by = 'country' THEN '' ELSE COALESCE(c.country, '') END AS country,
    CASE WHEN $by = 'city' THEN COALESCE(c.region, '') ELSE '' END AS region,
    CASE $by WHEN 'region' THEN COALESCE(c.region, '') WHEN 'city' THEN COALESCE(c.city, '')
        WHEN 'postcode_area' THEN COALESCE(c.postcode_area, '') ELSE COALESCE(c.country, '') END AS place
FROM each_customer AS p
LEFT JOIN customers AS c ON c.customer = p.customer
