-- Who of a tier ordered: its group, their orders and net sales; shape.py ranks them.
SELECT CAST(t."group" AS INTEGER) AS tier, e.orders, e.net
FROM each_customer AS e
JOIN tiers AS t ON t.customer = e.customer
WHERE e.orders > 0
