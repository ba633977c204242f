-- What each customer brought in all of history, and the day of the first order; null without one.
SELECT
    s.customer,
    MIN(CASE WHEN s.kind = 'sale' THEN s.day_number END) AS first_number,
    CAST(SUM(CASE WHEN s.kind = 'sale' THEN 1 ELSE 0 END) AS BIGINT) AS orders,
    CAST(SUM(s.net) AS BIGINT) AS net
FROM history_sales AS s
WHERE s.customer IS NOT NULL
GROUP BY s.customer
