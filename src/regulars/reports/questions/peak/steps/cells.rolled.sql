-- Each hour of each day in which anything was sold.
SELECT h.day_number, c.weekday, h.hour, h.orders, h.net, COALESCE(p.customers, 0) AS customers
FROM (
    SELECT day_number, hour, SUM(orders) AS orders, SUM(net) AS net
    FROM by_store_day_hour
    GROUP BY day_number, hour
    HAVING SUM(sales) <> 0
) AS h
JOIN calendar AS c ON c.day_number = h.day_number
LEFT JOIN (
    SELECT day_number, hour, SUM(customers) AS customers
    FROM by_day_hour
    GROUP BY day_number, hour
) AS p ON p.day_number = h.day_number AND p.hour = h.hour
