-- How many customers made their second order so many days after the first.
SELECT c.second_number - c.first_number AS days, CAST(COUNT(*) AS BIGINT) AS customers
FROM by_customer AS c
WHERE c.second_number IS NOT NULL
GROUP BY c.second_number - c.first_number
