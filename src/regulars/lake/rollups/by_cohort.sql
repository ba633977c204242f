-- Customers by the period of their first order ever (-1: none yet) and each period in which there was anything of theirs.
WITH firsts AS (
    SELECT c.customer, f.day_number, f.week, f.month, f.quarter, f.year
    FROM by_customer AS c
    LEFT JOIN calendar AS f ON f.day_number = c.first_number
),
-- Numbers of the periods, longest first: a quarter is counted from its months, a year from its quarters.
months AS (
    SELECT m.customer, k.quarter, k.year, m.month, m.orders, m.net
    FROM by_customer_month AS m
    JOIN (SELECT DISTINCT c.month, c.quarter, c.year FROM calendar AS c) AS k ON k.month = m.month
),
quarters AS (
    SELECT m.customer, m.quarter, MIN(m.year) AS year, SUM(m.orders) AS orders, SUM(m.net) AS net
    FROM months AS m
    GROUP BY m.customer, m.quarter
),
years AS (
    SELECT q.customer, q.year, SUM(q.orders) AS orders, SUM(q.net) AS net FROM quarters AS q GROUP BY q.customer, q.year
),
days AS (
    SELECT h.customer, h.day_number, SUM(h.orders) AS orders, SUM(h.net) AS net
    FROM by_customer_hour AS h
    GROUP BY h.customer, h.day_number
),
weeks AS (
    SELECT d.customer, c.week, SUM(d.orders) AS orders, SUM(d.net) AS net
    FROM days AS d
    JOIN calendar AS c ON c.day_number = d.day_number
    GROUP BY d.customer, c.week
),
placed AS (
    SELECT 1 AS kind, f.day_number AS cohort, d.day_number AS period, d.orders, d.net
    FROM days AS d JOIN firsts AS f ON f.customer = d.customer
    UNION ALL
    SELECT 2 AS kind, f.week AS cohort, w.week AS period, w.orders, w.net
    FROM weeks AS w JOIN firsts AS f ON f.customer = w.customer
    UNION ALL
    SELECT 3 AS kind, f.month AS cohort, m.month AS period, m.orders, m.net
    FROM months AS m JOIN firsts AS f ON f.customer = m.customer
    UNION ALL
    SELECT 4 AS kind, f.quarter AS cohort, q.quarter AS period, q.orders, q.net
    FROM quarters AS q JOIN firsts AS f ON f.customer = q.customer
    UNION ALL
    SELECT 5 AS kind, f.year AS cohort, y.year AS period, y.orders, y.net
    FROM years AS y JOIN firsts AS f ON f.customer = y.customer
),
counted AS (
    SELECT
        p.kind, COALESCE(p.cohort, -1) AS cohort, p.period,
        CAST(COUNT(*) AS BIGINT) AS parts,
        CAST(SUM(CASE WHEN p.orders > 0 THEN 1 ELSE 0 END) AS BIGINT) AS customers,
        CAST(SUM(p.orders) AS BIGINT) AS orders,
        CAST(SUM(p.net) AS BIGINT) AS net
    FROM placed AS p
    GROUP BY p.kind, COALESCE(p.cohort, -1), p.period
)
SELECT
    CASE c.kind WHEN 1 THEN 'day' WHEN 2 THEN 'week' WHEN 3 THEN 'month' WHEN 4 THEN 'quarter' ELSE 'year' END AS kind,
    c.cohort, c.period, c.parts, c.customers, c.orders, c.net
FROM counted AS c
