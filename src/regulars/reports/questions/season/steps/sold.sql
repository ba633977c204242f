-- Net and lines of each category in each month.
SELECT category, month, SUM(net) AS net, COUNT(*) AS n
FROM lines
GROUP BY category, month
