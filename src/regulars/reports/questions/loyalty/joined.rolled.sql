-- The same customers as long before their first points as after them; that day itself is in neither.
WITH joined AS (
    SELECT e.customer, MIN(c.day_number) AS day_number
    FROM entries AS e
    JOIN calendar AS c ON c.day = e.day
    WHERE e.book = 'points'
    GROUP BY e.customer
),
began AS (
    SELECT c.customer, c.first_number AS day_number
    FROM by_customer AS c
    WHERE c.orders > 0
),
seen AS (
    SELECT j.customer, j.day_number
    FROM joined AS j
    JOIN began AS b ON b.customer = j.customer
    WHERE b.day_number <= j.day_number - $days
        AND j.day_number + $days <= $today_number
        AND j.day_number BETWEEN $from_number AND $to_number
),
told AS (
    SELECT
        h.customer,
        CASE WHEN h.day_number < n.day_number THEN 'before' ELSE 'after' END AS span,
        h.orders AS is_order,
        h.net
    FROM by_customer_hour AS h
    JOIN seen AS n ON n.customer = h.customer
    WHERE h.day_number BETWEEN n.day_number - $days AND n.day_number + $days AND h.day_number <> n.day_number
),
spans AS (
    SELECT 1 AS place, 'before' AS span UNION ALL SELECT 2 AS place, 'after' AS span
),
whole AS (
    SELECT CAST(COUNT(*) AS BIGINT) AS customers FROM seen AS n
),
summed AS (
    SELECT t.span, CAST(SUM(t.is_order) AS BIGINT) AS orders, CAST(SUM(t.net) AS BIGINT) AS net
    FROM told AS t
    GROUP BY t.span
)
SELECT
    p.span AS span,
    w.customers AS customers,
    COALESCE(s.orders, CAST(0 AS BIGINT)) AS orders,
    COALESCE(s.net, CAST(0 AS BIGINT)) AS net,
    CAST(COALESCE(s.orders, CAST(0 AS BIGINT)) AS DOUBLE) / CAST(NULLIF(w.customers, 0) AS DOUBLE) AS orders_each,
    CAST(COALESCE(s.net, CAST(0 AS BIGINT)) AS DOUBLE) / CAST(NULLIF(w.customers, 0) AS DOUBLE) AS net_each
FROM spans AS p
CROSS JOIN whole AS w
LEFT JOIN summed AS s ON s.span = p.span
ORDER BY p.place
