-- What they bought in so many days before their first points, and after them.
SELECT
    CASE WHEN h.day_number < n.day_number THEN 'before' ELSE 'after' END AS span,
    CAST(SUM(h.orders) AS BIGINT) AS orders,
    CAST(SUM(h.net) AS BIGINT) AS net
FROM by_customer_hour AS h
JOIN seen AS n ON n.customer = h.customer
WHERE h.day_number BETWEEN n.day_number - $days AND n.day_number + $days AND h.day_number <> n.day_number
GROUP BY CASE WHEN h.day_number < n.day_number THEN 'before' ELSE 'after' END
