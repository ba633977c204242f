-- How many customers of each tier ordered so often and spent so much; shape.py ranks them.
SELECT
    CAST(t."group" AS INTEGER) AS tier,
    e.orders AS orders,
    e.net AS net,
    CAST(COUNT(*) AS BIGINT) AS customers
FROM each_customer AS e
JOIN tiers AS t ON t.customer = e.customer
WHERE e.orders > 0
GROUP BY CAST(t."group" AS INTEGER), e.orders, e.net
ORDER BY net, orders, tier
