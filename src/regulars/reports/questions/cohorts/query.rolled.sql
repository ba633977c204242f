-- A cohort: whose first order ever was in that period. Their orders and net, period by period since.
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
summed AS (
    SELECT cohort, period, SUM(parts) AS parts, SUM(customers) AS customers, SUM(net) AS net
    FROM by_cohort
    WHERE kind = CASE WHEN $period IN ('day', 'week', 'quarter', 'year') THEN $period ELSE 'month' END
    GROUP BY cohort, period
    HAVING SUM(parts) <> 0
),
sizes AS (
    SELECT cohort, CAST(customers AS BIGINT) AS size
    FROM summed
    WHERE cohort = period
),
bought AS (
    SELECT DISTINCT period
    FROM summed
),
cells AS (
    SELECT cohort, period, CAST(customers AS BIGINT) AS customers, CAST(net AS BIGINT) AS net
    FROM summed
    WHERE cohort >= 0 AND period >= cohort
),
-- A period in which nobody came back is there with zeros, as far as today.
grid AS (
    SELECT c.cohort, c.size, p.period, p.period_text, p.is_whole
    FROM sizes AS c
    JOIN periods AS p ON p.period >= c.cohort AND p.period < c.cohort + $columns
    CROSS JOIN (SELECT MAX(period) AS last_period FROM bought) AS span
    WHERE p.period <= span.last_period
        AND (p.begins <= $today_number OR p.period IN (SELECT period FROM cells))
),
filled AS (
    SELECT
        g.cohort,
        g.size,
        g.period,
        g.period_text,
        g.is_whole,
        COALESCE(c.customers, 0) AS customers,
        COALESCE(c.net, 0) AS net,
        CAST(SUM(COALESCE(c.net, 0)) OVER (
            PARTITION BY g.cohort ORDER BY g.period ASC NULLS FIRST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS BIGINT) AS net_so_far
    FROM grid AS g
    LEFT JOIN cells AS c ON c.cohort = g.cohort AND c.period = g.period
)
SELECT
    p.period_text AS cohort,
    CAST(f.period - f.cohort AS BIGINT) AS since,
    f.period_text AS period,
    f.size,
    f.customers,
    CAST(f.customers AS DOUBLE) / CAST(f.size AS DOUBLE) AS share,
    f.net,
    CAST(f.net_so_far AS DOUBLE) / CAST(f.size AS DOUBLE) AS net_per_customer,
    f.is_whole
FROM filled AS f
JOIN periods AS p ON p.period = f.cohort
ORDER BY f.cohort, f.period
