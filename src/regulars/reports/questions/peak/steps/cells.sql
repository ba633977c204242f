-- Each hour of each day in which anything was sold.
SELECT
    day_number,
    weekday,
    hour,
    SUM(CASE WHEN kind = 'sale' THEN 1 ELSE 0 END) AS orders,
    SUM(net) AS net,
    COUNT(DISTINCT CASE WHEN kind = 'sale' THEN customer END) AS customers
FROM sales
GROUP BY day_number, weekday, hour
