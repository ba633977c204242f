-- How many came a second time after so many days.
SELECT second_day - first_day AS days, COUNT(*) AS gaps
FROM seconds
WHERE second_day IS NOT NULL
GROUP BY second_day - first_day
