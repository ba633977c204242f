-- What customers have brought so far, by when their first order was.
WITH began AS (
    SELECT c.customer, c.first_number, c.orders, c.net
    FROM by_customer AS c
),
new AS (
    SELECT b.customer, b.first_number, b.orders, b.net
    FROM began AS b
    WHERE b.first_number BETWEEN $from_number AND $to_number
)
SELECT
    CASE $period WHEN 'day' THEN c.day_text WHEN 'week' THEN c.week_text WHEN 'month' THEN c.month_text
        WHEN 'quarter' THEN c.quarter_text ELSE c.year_text END AS cohort,
    CAST(COUNT(*) AS BIGINT) AS customers,
    CAST(SUM(n.orders) AS BIGINT) AS orders,
    CAST(SUM(n.net) AS BIGINT) AS net,
    CAST(SUM(n.orders) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS orders_each,
    CAST(SUM(n.net) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS net_each
FROM new AS n
JOIN calendar AS c ON c.day_number = n.first_number
GROUP BY 1
ORDER BY MIN(n.first_number)
