-- How often somebody's next order came after so many days; on the same day, after none.
WITH ordered AS (
    SELECT
        d.orders,
        d.day_number - LAG(d.day_number) OVER (
            PARTITION BY d.customer ORDER BY d.day_number ASC NULLS FIRST, d.hour ASC NULLS FIRST
        ) AS days
    FROM by_customer_hour AS d
    WHERE d.orders > 0
),
gaps AS (
    SELECT o.days, 1 AS gaps FROM ordered AS o WHERE o.days IS NOT NULL
    UNION ALL
    SELECT 0 AS days, o.orders - 1 AS gaps FROM ordered AS o WHERE o.orders > 1
)
SELECT g.days, CAST(SUM(g.gaps) AS BIGINT) AS gaps
FROM gaps AS g
GROUP BY g.days
