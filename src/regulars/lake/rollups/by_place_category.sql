-- What was bought of each category from each place.
SELECT
    COALESCE(h.country, '') AS country,
    COALESCE(h.region, '') AS region,
    COALESCE(h.city, '') AS city,
    COALESCE(h.postcode_area, '') AS postcode_area,
    c.category,
    CAST(SUM(c.sales) AS BIGINT) AS sales,
    CAST(SUM(c.net) AS BIGINT) AS net
FROM by_customer_category AS c
LEFT JOIN by_customer_home AS h ON h.customer = c.customer
GROUP BY
    COALESCE(h.country, ''), COALESCE(h.region, ''), COALESCE(h.city, ''), COALESCE(h.postcode_area, ''), c.category
