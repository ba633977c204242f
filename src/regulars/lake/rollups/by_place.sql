-- What was bought from each place. `parts`: its customers, also those who only brought something back.
SELECT
    COALESCE(h.country, '') AS country,
    COALESCE(h.region, '') AS region,
    COALESCE(h.city, '') AS city,
    COALESCE(h.postcode_area, '') AS postcode_area,
    CAST(COUNT(*) AS BIGINT) AS parts,
    CAST(SUM(CASE WHEN c.orders > 0 THEN 1 ELSE 0 END) AS BIGINT) AS customers,
    CAST(SUM(c.orders) AS BIGINT) AS orders,
    CAST(SUM(c.net) AS BIGINT) AS net
FROM by_customer AS c
LEFT JOIN by_customer_home AS h ON h.customer = c.customer
GROUP BY COALESCE(h.country, ''), COALESCE(h.region, ''), COALESCE(h.city, ''), COALESCE(h.postcode_area, '')
