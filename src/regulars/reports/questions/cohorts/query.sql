-- A cohort: whose first order ever was in that period. Their orders and net, period by period since.
-- A period in which nobody came back is there with zeros, as far as today.
WITH grid AS (
    SELECT c.cohort, c.size, p.period, p.period_text, p.is_whole
    FROM sizes AS c
    JOIN periods AS p ON p.period >= c.cohort AND p.period < c.cohort + $columns
    CROSS JOIN ends AS e
    WHERE p.period <= e.last_period
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
