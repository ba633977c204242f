-- Each order of a known customer, and how many days after the one before; null: the first.
SELECT
    customer,
    day_number - LAG(day_number) OVER (PARTITION BY customer ORDER BY day_number ASC NULLS FIRST) AS days
FROM sales
WHERE kind = 'sale' AND customer IS NOT NULL
