-- What the ledger booked on each day, by when it expires.
SELECT
    e.book, e.kind, e.day, e.expires_day,
    CAST(COUNT(*) AS BIGINT) AS entries,
    CAST(SUM(e.amount) AS BIGINT) AS amount
FROM entries AS e
GROUP BY e.book, e.kind, e.day, e.expires_day
