-- Days from each order of a customer to their next one, in steps of so many days.
WITH steps AS (
    SELECT days - days % $width AS days, SUM(gaps) AS gaps
    FROM gaps
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
