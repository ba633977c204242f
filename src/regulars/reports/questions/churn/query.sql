-- What the models know of each customer: now, and as it was when the time held back began.
WITH days AS (
    SELECT customer, day_number, CAST(SUM(net) AS BIGINT) AS net, CAST(COUNT(*) AS BIGINT) AS orders
    FROM history_sales
    WHERE customer IS NOT NULL AND kind = 'sale'
    GROUP BY customer, day_number
),
-- So many days are held back, but a third of all there are at most.
cut AS (
    SELECT $today_number - CAST(FLOOR(CASE
        WHEN CAST($today_number - MIN(day_number) AS DOUBLE) / CAST(3 AS DOUBLE) < CAST($held_back AS DOUBLE)
        THEN CAST($today_number - MIN(day_number) AS DOUBLE) / CAST(3 AS DOUBLE)
        ELSE CAST($held_back AS DOUBLE)
    END) AS INTEGER) AS day_number
    FROM days
),
firsts AS (SELECT customer, MIN(day_number) AS first_day FROM days GROUP BY customer),
ordered AS (
    SELECT
        d.customer,
        f.first_day,
        MAX(d.day_number) AS last_day,
        COUNT(*) AS order_days,
        SUM(d.orders) AS orders,
        SUM(CASE WHEN d.day_number > f.first_day THEN d.net ELSE 0 END) AS repeat_net,
        MAX(CASE WHEN d.day_number <= c.day_number THEN d.day_number ELSE f.first_day END) AS last_day_then,
        SUM(CASE WHEN d.day_number <= c.day_number THEN 1 ELSE 0 END) AS order_days_then,
        MAX(c.day_number) AS cut
    FROM days AS d
    JOIN firsts AS f ON f.customer = d.customer
    CROSS JOIN cut AS c
    GROUP BY d.customer, f.first_day
),
spending AS (
    SELECT customer, SUM(net) AS spent FROM history_sales WHERE customer IS NOT NULL GROUP BY customer
)
SELECT
    o.customer,
    CAST(o.orders AS BIGINT) AS orders,
    CAST(s.spent AS BIGINT) AS spent,
    c.day AS last_order,
    CAST(o.order_days - 1 AS BIGINT) AS repeats,
    CAST(o.last_day - o.first_day AS BIGINT) AS last,
    CAST($today_number - o.first_day AS BIGINT) AS age,
    CAST(o.repeat_net AS BIGINT) AS repeat_net,
    CAST(o.order_days_then - 1 AS BIGINT) AS repeats_then,
    CAST(o.last_day_then - o.first_day AS BIGINT) AS last_then,
    CAST(o.cut - o.first_day AS BIGINT) AS age_then,
    CAST(o.order_days - o.order_days_then AS BIGINT) AS later,
    CAST($today_number - o.cut AS BIGINT) AS held_back
FROM ordered AS o
JOIN spending AS s ON s.customer = o.customer
JOIN calendar AS c ON c.day_number = o.last_day
ORDER BY o.customer
