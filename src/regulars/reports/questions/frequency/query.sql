-- Days from each order of a customer to their next one, in steps of so many days.
WITH ordered AS (
    SELECT
        customer,
        day_number - LAG(day_number) OVER (PARTITION BY customer ORDER BY day_number ASC NULLS FIRST) AS days
    FROM sales
    WHERE kind = 'sale' AND customer IS NOT NULL
),
steps AS (
    SELECT days - days % $width AS days, COUNT(*) AS gaps
    FROM ordered
    WHERE days IS NOT NULL
    GROUP BY days - days % $width
)
SELECT
    CAST(days AS BIGINT) AS from_days,
    CAST(days + $width - 1 AS BIGINT) AS to_days,
    CAST(gaps AS BIGINT) AS gaps,
    CAST(SUM(gaps) OVER () AS BIGINT) AS all_gaps,
    CAST(gaps AS DOUBLE) / CAST(SUM(gaps) OVER () AS DOUBLE) AS share
FROM steps
ORDER BY from_days
