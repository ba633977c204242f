-- What customers have brought so far, by when their first order was.
WITH new AS (
    SELECT
        b.first_number,
        CAST(SUM(b.customers) AS BIGINT) AS customers,
        CAST(SUM(b.orders) AS BIGINT) AS orders,
        CAST(SUM(b.net) AS BIGINT) AS net
    FROM by_start AS b
    WHERE b.first_number BETWEEN $from_number AND $to_number
    GROUP BY b.first_number
    HAVING SUM(b.customers) <> 0
)
SELECT
    CASE $period WHEN 'day' THEN c.day_text WHEN 'week' THEN c.week_text WHEN 'month' THEN c.month_text
        WHEN 'quarter' THEN c.quarter_text ELSE c.year_text END AS cohort,
    CAST(SUM(n.customers) AS BIGINT) AS customers,
    CAST(SUM(n.orders) AS BIGINT) AS orders,
    CAST(SUM(n.net) AS BIGINT) AS net,
    CAST(SUM(n.orders) AS DOUBLE) / CAST(SUM(n.customers) AS DOUBLE) AS orders_each,
    CAST(SUM(n.net) AS DOUBLE) / CAST(SUM(n.customers) AS DOUBLE) AS net_each
FROM new AS n
JOIN calendar AS c ON c.day_number = n.first_number
GROUP BY 1
ORDER BY MIN(n.first_number)
