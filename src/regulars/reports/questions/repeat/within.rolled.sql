-- Who came back within so many days, among those whose first order is at least that long ago.
WITH totals AS (
    SELECT
        SUM(CASE WHEN first_number <= $today_number - 30 THEN customers ELSE 0 END) AS all_30,
        SUM(CASE WHEN first_number <= $today_number - 60 THEN customers ELSE 0 END) AS all_60,
        SUM(CASE WHEN first_number <= $today_number - 90 THEN customers ELSE 0 END) AS all_90,
        SUM(CASE WHEN first_number <= $today_number - 30 THEN in_30 ELSE 0 END) AS in_30,
        SUM(CASE WHEN first_number <= $today_number - 60 THEN in_60 ELSE 0 END) AS in_60,
        SUM(CASE WHEN first_number <= $today_number - 90 THEN in_90 ELSE 0 END) AS in_90
    FROM by_start
),
spans AS (
    SELECT 30 AS days, in_30 AS customers, all_30 AS all_customers FROM totals
    UNION ALL SELECT 60 AS days, in_60 AS customers, all_60 AS all_customers FROM totals
    UNION ALL SELECT 90 AS days, in_90 AS customers, all_90 AS all_customers FROM totals
)
SELECT
    CAST(days AS BIGINT) AS within_days,
    CAST(COALESCE(customers, 0) AS BIGINT) AS customers,
    CAST(COALESCE(all_customers, 0) AS BIGINT) AS all_customers,
    CAST(customers AS DOUBLE) / CAST(NULLIF(all_customers, 0) AS DOUBLE) AS share
FROM spans
ORDER BY within_days
