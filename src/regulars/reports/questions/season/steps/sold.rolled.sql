-- Net and lines of each category in each month.
SELECT category, month, SUM(net) AS net, SUM(parts) AS n
FROM by_category_month
GROUP BY category, month
HAVING SUM(parts) <> 0
