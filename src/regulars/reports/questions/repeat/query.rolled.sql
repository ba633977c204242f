-- Of all who ordered, how many ordered at least so many times.
WITH totals AS (
    SELECT
        CAST(COALESCE(SUM(customers), 0) AS BIGINT) AS all_customers,
        CAST(COALESCE(SUM(CASE WHEN orders >= 2 THEN customers ELSE 0 END), 0) AS BIGINT) AS two,
        CAST(COALESCE(SUM(CASE WHEN orders >= 3 THEN customers ELSE 0 END), 0) AS BIGINT) AS three,
        CAST(COALESCE(SUM(CASE WHEN orders >= 4 THEN customers ELSE 0 END), 0) AS BIGINT) AS four,
        CAST(COALESCE(SUM(CASE WHEN orders >= 5 THEN customers ELSE 0 END), 0) AS BIGINT) AS five
    FROM by_orders
),
steps AS (
    SELECT 2 AS at_least, two AS customers, all_customers FROM totals
    UNION ALL SELECT 3 AS at_least, three AS customers, all_customers FROM totals
    UNION ALL SELECT 4 AS at_least, four AS customers, all_customers FROM totals
    UNION ALL SELECT 5 AS at_least, five AS customers, all_customers FROM totals
)
SELECT
    CAST(at_least AS BIGINT) AS at_least,
    customers,
    all_customers,
    CAST(customers AS DOUBLE) / CAST(NULLIF(all_customers, 0) AS DOUBLE) AS share
FROM steps
ORDER BY at_least
