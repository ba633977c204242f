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
-- Who ordered when, in all of history; what lies within the dates asked about is summed apart.
bought AS (
    SELECT
        s.customer,
        d.period,
        SUM(CASE WHEN s.kind = 'sale' THEN 1 ELSE 0 END) AS orders_ever,
        SUM(CASE WHEN s.kind = 'sale' AND s.day_number >= $from_number AND s.day_number <= $to_number
            THEN 1 ELSE 0 END) AS orders,
        SUM(s.net) AS net_ever,
        SUM(CASE WHEN s.day_number >= $from_number AND s.day_number <= $to_number THEN s.net ELSE 0 END) AS net
    FROM history_sales AS s
    JOIN days AS d ON d.day_number = s.day_number
    WHERE s.customer IS NOT NULL
    GROUP BY s.customer, d.period
),
buyers AS (
    SELECT
        customer,
        period,
        orders,
        net,
        net_ever,
        MIN(period) OVER (PARTITION BY customer) AS first_period,
        LAG(period) OVER (PARTITION BY customer ORDER BY period ASC NULLS FIRST) AS before_period,
        LAG(net_ever) OVER (PARTITION BY customer ORDER BY period ASC NULLS FIRST) AS before_net
    FROM bought
    WHERE orders_ever > 0
),
asked AS (
    SELECT p.period, p.period_text, p.is_whole
    FROM periods AS p
    CROSS JOIN (SELECT MIN(period) AS first_period, MAX(period) AS last_period FROM buyers WHERE orders > 0) AS span
    WHERE p.period >= span.first_period AND p.period <= span.last_period
        AND (p.begins <= $today_number OR p.period IN (SELECT period FROM buyers WHERE orders > 0))
),
-- Everybody who ordered in a period is counted in the next one as somebody who may come again.
earlier AS (
    SELECT period + 1 AS period, CAST(COUNT(*) AS BIGINT) AS customers
    FROM buyers
    GROUP BY period
),
active AS (
    SELECT
        period,
        CAST(SUM(CASE WHEN before_period = period - 1 THEN 1 ELSE 0 END) AS BIGINT) AS retained,
        CAST(COUNT(*) AS BIGINT) AS customers
    FROM buyers
    WHERE orders > 0
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
