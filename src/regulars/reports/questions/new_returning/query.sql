-- New: the period holds their first order ever. So they are new for the whole of it, and no later sale changes that.
-- Periods without a sale are there with zeros, as far as today.
WITH grid AS (
    SELECT p.period, p.period_text, p.is_whole, w.who
    FROM periods AS p
    CROSS JOIN (SELECT MIN(period) AS first_period, MAX(period) AS last_period FROM figures) AS span
    CROSS JOIN (SELECT 'new' AS who UNION ALL SELECT 'returning' AS who) AS w
    WHERE p.period >= span.first_period AND p.period <= span.last_period
        AND (p.begins <= $today_number OR p.period IN (SELECT period FROM figures))
),
filled AS (
    SELECT
        g.period,
        g.period_text,
        g.is_whole,
        g.who,
        COALESCE(f.customers, 0) AS customers,
        COALESCE(f.orders, 0) AS orders,
        COALESCE(f.net, 0) AS net,
        CAST(SUM(COALESCE(f.customers, 0)) OVER (PARTITION BY g.period) AS BIGINT) AS all_customers
    FROM grid AS g
    LEFT JOIN figures AS f ON f.period = g.period AND f.who = g.who
)
SELECT
    period_text AS period,
    who,
    customers,
    all_customers,
    CAST(customers AS DOUBLE) / CAST(NULLIF(all_customers, 0) AS DOUBLE) AS share,
    orders,
    net,
    is_whole
FROM filled
ORDER BY filled.period, who
