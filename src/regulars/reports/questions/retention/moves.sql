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
here AS (
    SELECT
        period,
        CASE WHEN before_period = period - 1 THEN 'retained' WHEN first_period = period THEN 'new'
            ELSE 'reactivated' END AS who,
        net
    FROM buyers
    WHERE orders > 0
),
-- Of the period before: all of them, less those who ordered again. What they spent is what they spent then.
earlier AS (
    SELECT period + 1 AS period, COUNT(*) AS customers, SUM(net_ever) AS net
    FROM buyers
    GROUP BY period
),
again AS (
    SELECT period, COUNT(*) AS customers, SUM(before_net) AS net
    FROM buyers
    WHERE orders > 0 AND before_period = period - 1
    GROUP BY period
),
figures AS (
    SELECT period, who, CAST(COUNT(*) AS BIGINT) AS customers, CAST(SUM(net) AS BIGINT) AS net
    FROM here
    GROUP BY period, who
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
