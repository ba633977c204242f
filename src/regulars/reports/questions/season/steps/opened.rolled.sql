-- The first day of history.
SELECT MIN(day_number) AS day_number
FROM (SELECT day_number FROM by_store_day_hour GROUP BY day_number HAVING SUM(sales) <> 0) AS days
