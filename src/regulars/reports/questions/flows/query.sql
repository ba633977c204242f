-- Each group in each period: who was in it at the start, who entered and left, who is in it at the end.
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
changed AS (
    SELECT
        m."group" AS group_id,
        c.day_number,
        CAST(SUM(CASE WHEN m.is_entry THEN 1 ELSE 0 END) AS BIGINT) AS entered,
        CAST(SUM(CASE WHEN m.is_entry THEN 0 ELSE 1 END) AS BIGINT) AS left_it
    FROM membership_changes AS m
    JOIN calendar AS c ON c.day = m.day
    WHERE c.day_number <= $to_number
    GROUP BY m."group", c.day_number
),
held_before AS (
    SELECT
        c.group_id,
        CAST(SUM(CASE WHEN c.day_number < $from_number THEN c.entered - c.left_it ELSE 0 END) AS BIGINT) AS members
    FROM changed AS c
    GROUP BY c.group_id
),
moved AS (
    SELECT
        h.group_id,
        p.period,
        p.begins,
        h.members,
        CAST(COALESCE(SUM(c.entered), 0) AS BIGINT) AS entered,
        CAST(COALESCE(SUM(c.left_it), 0) AS BIGINT) AS left_it
    FROM held_before AS h
    CROSS JOIN periods AS p
    LEFT JOIN changed AS c ON c.group_id = h.group_id AND c.day_number BETWEEN p.begins AND p.ends
    GROUP BY h.group_id, p.period, p.begins, h.members
),
followed AS (
    SELECT
        m.group_id,
        m.period,
        m.begins,
        m.entered,
        m.left_it,
        m.members + CAST(
            SUM(m.entered - m.left_it) OVER (
                PARTITION BY m.group_id ORDER BY m.begins ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
            ) AS BIGINT
        ) AS members
    FROM moved AS m
)
SELECT
    f.period AS period,
    CAST(f.group_id AS INTEGER) AS group_id,
    f.members - f.entered + f.left_it AS at_start,
    f.entered AS entered,
    f.left_it AS left_it,
    f.members AS at_end
FROM followed AS f
JOIN groups AS g ON g."group" = f.group_id
ORDER BY f.begins, g.name, group_id
