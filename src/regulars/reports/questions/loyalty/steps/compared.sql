-- What they bought in so many days before their first points, and after them.
SELECT
    CASE WHEN s.day_number < n.day_number THEN 'before' ELSE 'after' END AS span,
    CAST(SUM(CASE WHEN s.kind = 'sale' THEN 1 ELSE 0 END) AS BIGINT) AS orders,
    CAST(SUM(s.net) AS BIGINT) AS net
FROM history_sales AS s
JOIN seen AS n ON n.customer = s.customer
WHERE s.day_number BETWEEN n.day_number - $days AND n.day_number + $days AND s.day_number <> n.day_number
GROUP BY CASE WHEN s.day_number < n.day_number THEN 'before' ELSE 'after' END
