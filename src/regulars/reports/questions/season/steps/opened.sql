-- The first day of history.
SELECT MIN(day_number) AS day_number FROM history_sales
