-- Who came, who came back and who stayed away, period by period.
-- Of the period before: all of them, less those who ordered again. What they spent is what they spent then.
WITH churned AS (
    SELECT
        period,
        'churned' AS who,
        CAST(SUM(CASE WHEN who = 'before' THEN customers ELSE 0 - customers END) AS BIGINT) AS customers,
        CAST(SUM(CASE WHEN who = 'before' THEN net ELSE 0 - net END) AS BIGINT) AS net
    FROM figures
    WHERE who IN ('before', 'again')
    GROUP BY period
),
moved AS (
    SELECT period, who, customers, net FROM figures
    UNION ALL SELECT period, who, customers, net FROM churned
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
LEFT JOIN moved AS f ON f.period = a.period AND f.who = s.who
ORDER BY a.period, s.place
