-- Who ordered in each period: all of them, those new, and those retained, who ordered in the one before, too; `again` is
-- the retained with what they spent in the one before.
WITH months AS (
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
bought AS (
    SELECT 1 AS kind, d.customer, d.day_number AS period, d.net FROM days AS d WHERE d.orders > 0
    UNION ALL SELECT 2 AS kind, w.customer, w.week AS period, w.net FROM weeks AS w WHERE w.orders > 0
    UNION ALL SELECT 3 AS kind, m.customer, m.month AS period, m.net FROM months AS m WHERE m.orders > 0
    UNION ALL SELECT 4 AS kind, q.customer, q.quarter AS period, q.net FROM quarters AS q WHERE q.orders > 0
    UNION ALL SELECT 5 AS kind, y.customer, y.year AS period, y.net FROM years AS y WHERE y.orders > 0
),
firsts AS (
    SELECT 1 AS kind, c.customer, c.first_number AS period FROM by_customer AS c WHERE c.orders > 0
    UNION ALL
    SELECT k.kind, c.customer, CASE k.kind WHEN 2 THEN f.week WHEN 3 THEN f.month WHEN 4 THEN f.quarter ELSE f.year END
        AS period
    FROM by_customer AS c
    JOIN calendar AS f ON f.day_number = c.first_number
    CROSS JOIN (SELECT 2 AS kind UNION ALL SELECT 3 AS kind UNION ALL SELECT 4 AS kind UNION ALL SELECT 5 AS kind) AS k
),
again AS (
    SELECT b.kind, b.customer, b.period, b.net, e.net AS net_before
    FROM bought AS b
    JOIN bought AS e ON e.kind = b.kind AND e.customer = b.customer AND e.period = b.period - 1
),
new AS (
    SELECT b.kind, b.period, b.net
    FROM bought AS b
    JOIN firsts AS f ON f.kind = b.kind AND f.customer = b.customer AND f.period = b.period
),
-- Who is neither new nor retained was reactivated; who ordered and is not retained in the next one, churned there.
placed AS (
    SELECT b.kind, b.period, 1 AS who, COUNT(*) AS customers, SUM(b.net) AS net FROM bought AS b GROUP BY b.kind, b.period
    UNION ALL
    SELECT n.kind, n.period, 2 AS who, COUNT(*) AS customers, SUM(n.net) AS net FROM new AS n GROUP BY n.kind, n.period
    UNION ALL
    SELECT a.kind, a.period, 3 AS who, COUNT(*) AS customers, SUM(a.net) AS net FROM again AS a GROUP BY a.kind, a.period
    UNION ALL
    SELECT a.kind, a.period, 4 AS who, COUNT(*) AS customers, SUM(a.net_before) AS net FROM again AS a
    GROUP BY a.kind, a.period
)
SELECT
    CASE p.kind WHEN 1 THEN 'day' WHEN 2 THEN 'week' WHEN 3 THEN 'month' WHEN 4 THEN 'quarter' ELSE 'year' END AS kind,
    p.period,
    CASE p.who WHEN 1 THEN 'all' WHEN 2 THEN 'new' WHEN 3 THEN 'retained' ELSE 'again' END AS who,
    CAST(p.customers AS BIGINT) AS customers,
    CAST(p.net AS BIGINT) AS net
FROM placed AS p
