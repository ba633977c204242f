-- Of those who ordered in the period before, how many ordered in this one.
WITH counted AS (
    SELECT
        period,
        CAST(SUM(CASE WHEN who = 'before' THEN customers ELSE 0 END) AS BIGINT) AS earlier,
        CAST(SUM(CASE WHEN who = 'retained' THEN customers ELSE 0 END) AS BIGINT) AS retained,
        CAST(SUM(CASE WHEN who IN ('new', 'retained', 'reactivated') THEN customers ELSE 0 END) AS BIGINT) AS customers
    FROM figures
    GROUP BY period
)
SELECT
    a.period_text AS period,
    COALESCE(c.earlier, 0) AS earlier,
    COALESCE(c.retained, 0) AS retained,
    CAST(COALESCE(c.retained, 0) AS DOUBLE) / CAST(NULLIF(c.earlier, 0) AS DOUBLE) AS share,
    COALESCE(c.earlier, 0) - COALESCE(c.retained, 0) AS churned,
    COALESCE(c.customers, 0) AS customers,
    a.is_whole
FROM asked AS a
LEFT JOIN counted AS c ON c.period = a.period
ORDER BY a.period
