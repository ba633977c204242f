-- Points held at the end of the days asked about, by the month in which they expire, and what became of all of that month.
WITH lots AS (
    SELECT
        COALESCE(c.month_text, '') AS expires,
        COALESCE(c.month, 999999) AS month,
        CASE WHEN c.day_number <= $to_number THEN 0 ELSE 1 END AS is_open,
        e.kind,
        e.amount
    FROM by_entry_day AS e
    JOIN calendar AS d ON d.day = e.day
    LEFT JOIN calendar AS c ON c.day = e.expires_day
    WHERE e.book = 'points' AND d.day_number <= $to_number
),
summed AS (
    SELECT
        l.expires,
        l.month,
        CAST(SUM(CASE WHEN l.kind IN ('earn', 'bonus', 'earn_back') THEN l.amount ELSE 0 END) AS BIGINT) AS given,
        CAST(SUM(CASE WHEN l.kind IN ('spend', 'spend_back') THEN l.amount ELSE 0 END) AS BIGINT) AS spent,
        CAST(SUM(CASE WHEN l.kind = 'expire' THEN l.amount ELSE 0 END) AS BIGINT) AS expired,
        CAST(SUM(l.amount) AS BIGINT) AS outstanding,
        MAX(l.is_open) AS is_open
    FROM lots AS l
    GROUP BY l.expires, l.month
)
SELECT
    s.expires AS expires,
    s.given AS given,
    s.spent AS spent,
    s.expired AS expired,
    s.outstanding - s.given - s.spent - s.expired AS adjusted,
    s.outstanding AS outstanding,
    CAST(s.outstanding * $point_value_milli AS DOUBLE) / CAST(1000 AS DOUBLE) AS worth,
    CASE WHEN s.is_open = 0 AND s.given > 0 THEN CAST(-s.expired AS DOUBLE) / CAST(s.given AS DOUBLE) END AS breakage
FROM summed AS s
ORDER BY s.month, s.expires
