-- What customers of each place spent on each category.
SELECT
    CASE WHEN $by = 'country' THEN '' ELSE country END AS country,
    CASE WHEN $by = 'city' THEN region ELSE '' END AS region,
    CASE $by WHEN 'region' THEN region WHEN 'city' THEN city WHEN 'postcode_area' THEN postcode_area ELSE country END AS place,
    category,
    SUM(net) AS net
FROM by_place_category
WHERE category <> ''
GROUP BY 1, 2, 3, 4
HAVING SUM(sales) <> 0
