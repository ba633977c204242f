-- What was in first orders, and whether whoever made them came back.
WITH brought AS (
    SELECT
        h.product,
        CAST(COUNT(*) AS BIGINT) AS customers,
        CAST(SUM(CASE WHEN h.first_number <= $today_number - $within_days THEN 1 ELSE 0 END) AS BIGINT) AS seen,
        CAST(SUM(CASE WHEN h.first_number <= $today_number - $within_days AND h.days <= $within_days THEN 1 ELSE 0 END)
            AS BIGINT) AS came_back,
        CAST(SUM(CASE WHEN h.days <= $within_days THEN 1 ELSE 0 END) AS BIGINT) AS seconds,
        CAST(SUM(CASE WHEN h.days <= $within_days THEN h.second_net END) AS BIGINT) AS second_net
    FROM by_first_product AS h
    WHERE h.first_number BETWEEN $from_number AND $to_number
    GROUP BY h.product
),
in_stock AS (
    SELECT t.product, CAST(SUM(t.on_hand) AS BIGINT) AS on_hand FROM stock AS t GROUP BY t.product
),
-- How quickly it goes: the last four weeks, whoever bought.
sold AS (
    SELECT l.product, CAST(SUM(l.quantity) AS BIGINT) AS units
    FROM history_lines AS l
    WHERE l.day_number BETWEEN $to_number - 27 AND $to_number
    GROUP BY l.product
)
SELECT
    b.product AS product,
    b.customers AS customers,
    b.seen AS seen,
    b.came_back AS came_back,
    CAST(b.came_back AS DOUBLE) / CAST(NULLIF(b.seen, 0) AS DOUBLE) AS share,
    b.seconds AS seconds,
    CAST(b.second_net AS DOUBLE) / CAST(NULLIF(b.seconds, 0) AS DOUBLE) AS second_order,
    i.on_hand AS on_hand,
    CASE WHEN i.on_hand > 0 AND s.units > 0 THEN
        CAST(i.on_hand AS DOUBLE) * CAST(CASE WHEN $to_number - $from_number < 27 THEN $to_number - $from_number + 1 ELSE 28 END AS DOUBLE)
            / CAST(s.units AS DOUBLE)
    END AS days_of_cover
FROM brought AS b
LEFT JOIN in_stock AS i ON i.product = b.product
LEFT JOIN sold AS s ON s.product = b.product
WHERE b.customers >= $least
-- A share of too few is told after all others.
ORDER BY CASE WHEN b.seen >= $least THEN 0 ELSE 1 END, share DESC NULLS LAST, b.customers DESC, b.product
