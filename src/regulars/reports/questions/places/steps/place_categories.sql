-- What customers of each place spent on each category.
WITH numbered AS (
    SELECT country, region, place, ROW_NUMBER() OVER (ORDER BY country, region, place) AS n
    FROM homes
    GROUP BY country, region, place
),
addresses AS (
    SELECT h.customer, n.n
    FROM homes AS h
    JOIN numbered AS n ON n.country = h.country AND n.region = h.region AND n.place = h.place
),
bought AS (
    SELECT a.n, l.category, SUM(l.net) AS net
    FROM category_nets AS l
    JOIN addresses AS a ON a.customer = l.customer
    GROUP BY a.n, l.category
)
SELECT n.country, n.region, n.place, b.category, b.net
FROM bought AS b
JOIN numbered AS n ON n.n = b.n
