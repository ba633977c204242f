-- Store credit: what was held (owed) at the start of each period, what moved it, and what was held at its end.
WITH periods AS (
    SELECT
        CASE $period WHEN 'day' THEN c.day_text WHEN 'week' THEN c.week_text WHEN 'month' THEN c.month_text
            WHEN 'quarter' THEN c.quarter_text ELSE c.year_text END AS period,
        MIN(c.day_number) AS begins,
        MAX(c.day_number) AS ends
    FROM calendar AS c
    WHERE c.day_number BETWEEN $from_number AND $to_number
    GROUP BY 1
),
booked AS (
    SELECT e.kind, CAST(SUM(e.amount) AS BIGINT) AS amount, c.day_number
    FROM by_entry_day AS e
    JOIN calendar AS c ON c.day = e.day
    WHERE e.book = 'credit' AND c.day_number <= $to_number
    GROUP BY e.kind, c.day_number
),
held_before AS (
    SELECT CAST(COALESCE(SUM(b.amount), 0) AS BIGINT) AS amount FROM booked AS b WHERE b.day_number < $from_number
),
moved AS (
    SELECT
        p.period,
        p.begins,
        CAST(COALESCE(SUM(CASE WHEN b.kind IN ('issue') THEN b.amount ELSE 0 END), 0) AS BIGINT) AS issued,
        CAST(COALESCE(SUM(CASE WHEN b.kind IN ('issue_back') THEN b.amount ELSE 0 END), 0) AS BIGINT) AS taken_back,
        CAST(COALESCE(SUM(CASE WHEN b.kind IN ('spend', 'spend_back') THEN b.amount ELSE 0 END), 0) AS BIGINT) AS spent,
        CAST(COALESCE(SUM(CASE WHEN b.kind IN ('expire') THEN b.amount ELSE 0 END), 0) AS BIGINT) AS expired,
        CAST(COALESCE(SUM(b.amount), 0) AS BIGINT) AS moved
    FROM periods AS p
    LEFT JOIN booked AS b ON b.day_number BETWEEN p.begins AND p.ends
    GROUP BY p.period, p.begins
),
closed AS (
    SELECT
        m.*,
        h.amount + CAST(SUM(m.moved) OVER (ORDER BY m.begins ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT)
            AS closing
    FROM moved AS m
    CROSS JOIN held_before AS h
)
SELECT
    c.period AS period,
    c.closing - c.moved AS opening,
    c.issued AS issued,
    c.taken_back AS taken_back,
    c.spent AS spent,
    c.expired AS expired,
    c.moved - (c.issued + c.taken_back + c.spent + c.expired) AS adjusted,
    c.closing AS closing
FROM closed AS c
ORDER BY c.begins
