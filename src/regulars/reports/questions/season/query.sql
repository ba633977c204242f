-- How much more than usual a category sells in a month of the year: its share of that month over its share of whole years.
-- Whole years: the last 12, 24, 36... months that are over. Where there are not 12, all there is, and marked so.
-- The month of opening is a whole one if something was sold in its first seven days: the shop may have been closed on the
-- first of them.
WITH months AS (
    SELECT
        c.month,
        CASE WHEN (MIN(c.day_number) >= $from_number OR MIN(o.day_number) >= $from_number)
            AND MIN(o.day_number) <= MIN(c.day_number) + 6
            AND MAX(c.day_number) <= $to_number AND MAX(c.day_number) < $today_number THEN 1 ELSE 0 END AS is_over
    FROM calendar AS c
    CROSS JOIN opened AS o
    GROUP BY c.month
),
seen AS (
    SELECT MIN(month) AS first_month, MAX(month) AS last_month
    FROM sold
),
span AS (
    SELECT MAX(m.month) AS last_month, COALESCE(MAX(m.month) - MIN(m.month) + 1, 0) AS months
    FROM months AS m
    CROSS JOIN seen AS s
    WHERE m.is_over = 1 AND m.month >= s.first_month AND m.month <= s.last_month
),
used AS (
    SELECT
        s.category,
        s.month % 12 + 1 AS month,
        SUM(s.net) AS net,
        SUM(s.n) AS n
    FROM sold AS s
    CROSS JOIN span AS p
    WHERE p.months < 12 OR (s.month <= p.last_month AND p.last_month - s.month < p.months - p.months % 12)
    GROUP BY s.category, s.month % 12 + 1
),
categories AS (
    SELECT category, SUM(net) AS net
    FROM used
    GROUP BY category
),
of_month AS (
    SELECT month, SUM(net) AS net, SUM(n) AS n
    FROM used
    GROUP BY month
),
total AS (
    SELECT SUM(net) AS net, SUM(n) AS n
    FROM used
),
shares AS (
    SELECT
        c.category,
        c.net AS category_net,
        m.month,
        m.n AS month_lines,
        t.n AS all_lines,
        COALESCE(u.n, 0) AS n,
        COALESCE(u.net, 0) AS net,
        CASE WHEN m.net > 0 THEN CAST(COALESCE(u.net, 0) AS DOUBLE) / CAST(m.net AS DOUBLE) END AS month_share,
        CASE WHEN t.net > 0 THEN CAST(c.net AS DOUBLE) / CAST(t.net AS DOUBLE) END AS year_share
    FROM categories AS c
    CROSS JOIN of_month AS m
    CROSS JOIN total AS t
    LEFT JOIN used AS u ON u.category = c.category AND u.month = m.month
)
SELECT
    s.category,
    LPAD(CAST(s.month AS VARCHAR), 2, '0') AS month,
    CASE WHEN s.year_share > 0 THEN s.month_share / s.year_share END AS season_index,
    CAST(s.n AS BIGINT) AS lines_sold,
    CAST(s.net AS BIGINT) AS net,
    s.month_share,
    CAST(s.month_lines AS BIGINT) AS month_lines,
    s.year_share,
    CAST(s.all_lines AS BIGINT) AS all_lines,
    CASE WHEN p.months >= 12 THEN CAST(p.months - p.months % 12 AS BIGINT)
        ELSE CAST(p.months AS BIGINT) END AS months_counted,
    CASE WHEN p.months >= 12 THEN TRUE ELSE FALSE END AS is_whole
FROM shares AS s
CROSS JOIN span AS p
ORDER BY s.category_net DESC, s.category, s.month
