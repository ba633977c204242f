SELECT customer
FROM homes
WHERE orders > 0 AND country = $row_country AND region = $row_region AND place = $row_place
ORDER BY customer
