-- How many customers of each standing ordered so often and spent so much; shape.py ranks them.
WITH booked AS (
    SELECT
        e.customer,
        SUM(CASE WHEN e.kind IN ('spend', 'spend_back') THEN -e.amount ELSE 0 END) AS spent,
        SUM(CASE WHEN e.kind IN ('earn', 'earn_back', 'bonus') THEN e.amount ELSE 0 END) AS earned
    FROM entries AS e
    WHERE e.book = 'points'
    GROUP BY e.customer
),
stood AS (
    SELECT
        CASE WHEN b.spent > 0 THEN 'redeemer' WHEN b.earned > 0 THEN 'member' ELSE 'none' END AS standing,
        e.orders,
        e.net
    FROM each_customer AS e
    LEFT JOIN booked AS b ON b.customer = e.customer
    WHERE e.orders > 0
)
SELECT s.standing AS standing, s.orders AS orders, s.net AS net, CAST(COUNT(*) AS BIGINT) AS customers
FROM stood AS s
GROUP BY s.standing, s.orders, s.net
ORDER BY net, orders, standing
