-- Orders and net of each store.
SELECT store, SUM(orders) AS orders, SUM(known_orders) AS identified_orders, SUM(net) AS net
FROM by_store_day_hour
GROUP BY store
HAVING SUM(sales) <> 0
