-- What each book of the ledger gave each customer and took, and the day of their first entry in it.
SELECT
    e.customer, e.book,
    CAST(COUNT(*) AS BIGINT) AS entries,
    CAST(SUM(CASE WHEN e.kind IN ('earn', 'earn_back', 'bonus') THEN e.amount ELSE 0 END) AS BIGINT) AS earned,
    CAST(SUM(CASE WHEN e.kind IN ('spend', 'spend_back') THEN -e.amount ELSE 0 END) AS BIGINT) AS spent,
    MIN(e.day) AS first_day
FROM entries AS e
GROUP BY e.customer, e.book
