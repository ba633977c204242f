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
figures AS (
    SELECT month, CAST(SUM(customers) AS BIGINT) AS customers, CAST(SUM(orders * customers) AS BIGINT) AS orders
    FROM month_orders
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
