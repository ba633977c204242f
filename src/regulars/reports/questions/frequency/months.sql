-- Orders of an active customer, month by month.
WITH months AS (
    SELECT
        month,
        MIN(month_text) AS month_text,
        CASE WHEN MIN(day_number) >= $from_number AND MAX(day_number) <= $to_number
            AND MAX(day_number) < $today_number THEN TRUE ELSE FALSE END AS is_whole
    FROM calendar
    GROUP BY month
),
bought AS (
    SELECT customer, month, COUNT(*) AS orders
    FROM sales
    WHERE kind = 'sale' AND customer IS NOT NULL
    GROUP BY customer, month
),
figures AS (
    SELECT month, CAST(COUNT(*) AS BIGINT) AS customers, CAST(SUM(orders) AS BIGINT) AS orders
    FROM bought
    GROUP BY month
)
SELECT
    m.month_text AS month,
    f.customers,
    f.orders,
    CAST(f.orders AS DOUBLE) / CAST(f.customers AS DOUBLE) AS orders_per_customer,
    m.is_whole
FROM figures AS f
JOIN months AS m ON m.month = f.month
ORDER BY f.month
