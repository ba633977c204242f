-- The last day that counts.
SELECT CASE WHEN $to_number < $today_number THEN $to_number ELSE $today_number END AS last_day
