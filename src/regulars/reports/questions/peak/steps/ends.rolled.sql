-- The first and the last day of history.
SELECT MIN(day_number) AS first_day, MAX(day_number) AS last_day
FROM cells
