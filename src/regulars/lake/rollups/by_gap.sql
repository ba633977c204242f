-- How often somebody's next order came after so many days; on the same day, after none.
WITH ordered AS (
    SELECT
        d.day_number - LAG(d.day_number) OVER (
            PARTITION BY d.customer ORDER BY d.day_number ASC NULLS FIRST
        ) AS days
    FROM by_customer_hour AS d
    WHERE d.orders > 0
)
SELECT o.days, CAST(COUNT(*) AS BIGINT) AS gaps
FROM ordered AS o
WHERE o.days IS NOT NULL
GROUP BY o.days
