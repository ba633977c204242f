-- Who holds something that expires in the month.
SELECT e.customer AS customer
FROM entries AS e
JOIN calendar AS d ON d.day = e.day
LEFT JOIN calendar AS c ON c.day = e.expires_day
WHERE e.book = 'points' AND d.day_number <= $to_number AND COALESCE(c.month_text, '') = $row_expires
GROUP BY e.customer
HAVING SUM(e.amount) <> 0
ORDER BY customer
