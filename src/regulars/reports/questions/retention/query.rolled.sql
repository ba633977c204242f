-- Of those who ordered in the period before, how many ordered in this one.
WITH days AS (
    SELECT
        day_number,
        CASE $period WHEN 'day' THEN day_number WHEN 'week' THEN week WHEN 'quarter' THEN quarter WHEN 'year' THEN year
            ELSE month END AS period,
        CASE $period WHEN 'day' THEN day_text WHEN 'week' THEN week_text WHEN 'quarter' THEN quarter_text
            WHEN 'year' THEN year_text ELSE month_text END AS period_text
    FROM calendar
),
periods AS (
    SELECT
        period,
        MIN(period_text) AS period_text,
        MIN(day_number) AS begins,
        CASE WHEN MIN(day_number) >= $from_number AND MAX(day_number) <= $to_number
            AND MAX(day_number) < $today_number THEN TRUE ELSE FALSE END AS is_whole
    FROM days
    GROUP BY period
),
buyers AS (
    SELECT period, who, CAST(SUM(customers) AS BIGINT) AS customers, CAST(SUM(net) AS BIGINT) AS net
    FROM by_kept
    WHERE kind = CASE WHEN $period IN ('day', 'week', 'quarter', 'year') THEN $period ELSE 'month' END
    GROUP BY period, who
    HAVING SUM(customers) <> 0
),
asked AS (
    SELECT p.period, p.period_text, p.is_whole
    FROM periods AS p
    CROSS JOIN (SELECT MIN(period) AS first_period, MAX(period) AS last_period FROM buyers WHERE who = 'all') AS span
    WHERE p.period >= span.first_period AND p.period <= span.last_period
        AND (p.begins <= $today_number OR p.period IN (SELECT period FROM buyers WHERE who = 'all'))
),
-- Everybody who ordered in a period is counted in the next one as somebody who may come again.
earlier AS (
    SELECT period + 1 AS period, customers
    FROM buyers
    WHERE who = 'all'
),
active AS (
    SELECT
        period,
        CAST(SUM(CASE WHEN who = 'retained' THEN customers ELSE 0 END) AS BIGINT) AS retained,
        CAST(SUM(CASE WHEN who = 'all' THEN customers ELSE 0 END) AS BIGINT) AS customers
    FROM buyers
    GROUP BY period
)
SELECT
    a.period_text AS period,
    COALESCE(b.customers, 0) AS earlier,
    COALESCE(n.retained, 0) AS retained,
    CAST(COALESCE(n.retained, 0) AS DOUBLE) / CAST(b.customers AS DOUBLE) AS share,
    COALESCE(b.customers, 0) - COALESCE(n.retained, 0) AS churned,
    COALESCE(n.customers, 0) AS customers,
    a.is_whole
FROM asked AS a
LEFT JOIN earlier AS b ON b.period = a.period
LEFT JOIN active AS n ON n.period = a.period
ORDER BY a.period
