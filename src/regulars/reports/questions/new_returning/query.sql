-- New: the period holds their first order ever. So they are new for the whole of it, and no later sale changes that.
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
firsts AS (
    SELECT f.customer, d.period
    FROM (
        SELECT customer, MIN(day_number) AS first_day
        FROM history_sales
        WHERE kind = 'sale' AND customer IS NOT NULL
        GROUP BY customer
    ) AS f
    JOIN days AS d ON d.day_number = f.first_day
),
bought AS (
    SELECT
        s.customer,
        d.period,
        SUM(CASE WHEN s.kind = 'sale' THEN 1 ELSE 0 END) AS orders,
        SUM(s.net) AS net
    FROM sales AS s
    JOIN days AS d ON d.day_number = s.day_number
    WHERE s.customer IS NOT NULL
    GROUP BY s.customer, d.period
),
figures AS (
    SELECT
        b.period,
        CASE WHEN f.period = b.period THEN 'new' ELSE 'returning' END AS who,
        CAST(SUM(CASE WHEN b.orders > 0 THEN 1 ELSE 0 END) AS BIGINT) AS customers,
        CAST(SUM(b.orders) AS BIGINT) AS orders,
        CAST(SUM(b.net) AS BIGINT) AS net
    FROM bought AS b
    LEFT JOIN firsts AS f ON f.customer = b.customer
    GROUP BY b.period, CASE WHEN f.period = b.period THEN 'new' ELSE 'returning' END
),
-- Periods without a sale are there with zeros, as far as today.
grid AS (
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
