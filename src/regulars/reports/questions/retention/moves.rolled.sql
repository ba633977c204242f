-- Who came, who came back and who stayed away, period by period.
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
-- Of the period before: all of them, less those who ordered again. What they spent is what they spent then.
earlier AS (
    SELECT period + 1 AS period, customers, net
    FROM buyers
    WHERE who = 'all'
),
again AS (
    SELECT period, customers, net
    FROM buyers
    WHERE who = 'again'
),
figures AS (
    SELECT period, who, customers, net
    FROM buyers
    WHERE who IN ('new', 'retained')
    UNION ALL
    SELECT
        period,
        'reactivated' AS who,
        CAST(SUM(CASE WHEN who = 'all' THEN customers WHEN who IN ('new', 'retained') THEN 0 - customers ELSE 0 END)
            AS BIGINT) AS customers,
        CAST(SUM(CASE WHEN who = 'all' THEN net WHEN who IN ('new', 'retained') THEN 0 - net ELSE 0 END) AS BIGINT) AS net
    FROM buyers
    GROUP BY period
    UNION ALL
    SELECT
        b.period,
        'churned' AS who,
        CAST(b.customers - COALESCE(a.customers, 0) AS BIGINT) AS customers,
        CAST(b.net - COALESCE(a.net, 0) AS BIGINT) AS net
    FROM earlier AS b
    LEFT JOIN again AS a ON a.period = b.period
),
sorts AS (
    SELECT 1 AS place, 'retained' AS who
    UNION ALL SELECT 2 AS place, 'reactivated' AS who
    UNION ALL SELECT 3 AS place, 'new' AS who
    UNION ALL SELECT 4 AS place, 'churned' AS who
)
SELECT
    a.period_text AS period,
    s.who,
    COALESCE(f.customers, 0) AS customers,
    COALESCE(f.net, 0) AS net,
    a.is_whole
FROM asked AS a
CROSS JOIN sorts AS s
LEFT JOIN figures AS f ON f.period = a.period AND f.who = s.who
ORDER BY a.period, s.place
