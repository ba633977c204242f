-- Who ordered in the days asked about, their orders and net sales; shape.py ranks them.
SELECT e.customer, e.orders, e.net
FROM each_customer AS e
WHERE e.orders > 0
