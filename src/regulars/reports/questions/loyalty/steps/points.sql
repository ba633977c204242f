-- Whose points ever moved: what they earned and spent, less what was given back of each, and the day of the first.
SELECT
    customer,
    SUM(CASE WHEN kind IN ('earn', 'earn_back', 'bonus') THEN amount ELSE 0 END) AS earned,
    SUM(CASE WHEN kind IN ('spend', 'spend_back') THEN -amount ELSE 0 END) AS spent,
    MIN(day) AS first_day
FROM entries
WHERE book = 'points'
GROUP BY customer
