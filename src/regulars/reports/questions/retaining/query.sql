-- What was in first orders, and whether whoever made them came back.
WITH began AS (
    SELECT s.customer, MIN(s.day_number * 1440 + s.hour * 60 + s.minute) AS moment
    FROM history_sales AS s
    WHERE s.customer IS NOT NULL AND s.kind = 'sale'
    GROUP BY s.customer
),
-- Of several orders in one minute the first is the one with the lowest number.
firsts AS (
    SELECT s.customer, MIN(s.sale) AS sale, MIN(s.day_number) AS day_number
    FROM history_sales AS s
    JOIN began AS b ON b.customer = s.customer AND b.moment = s.day_number * 1440 + s.hour * 60 + s.minute
    WHERE s.kind = 'sale' AND s.day_number BETWEEN $from_number AND $to_number
    GROUP BY s.customer
),
later AS (
    SELECT
        s.customer, s.sale, s.net, s.day_number - f.day_number AS days,
        s.day_number * 1440 + s.hour * 60 + s.minute AS moment
    FROM history_sales AS s
    JOIN firsts AS f ON f.customer = s.customer
    WHERE s.kind = 'sale' AND s.sale <> f.sale AND s.day_number <= f.day_number + $within_days
),
soonest AS (
    SELECT l.customer, MIN(l.moment) AS moment FROM later AS l GROUP BY l.customer
),
seconds AS (
    SELECT l.customer, MIN(l.sale) AS sale
    FROM later AS l
    JOIN soonest AS n ON n.customer = l.customer AND n.moment = l.moment
    GROUP BY l.customer
),
came_back AS (
    SELECT l.customer, l.net
    FROM later AS l
    JOIN seconds AS s ON s.customer = l.customer AND s.sale = l.sale
),
held AS (
    SELECT DISTINCT l.product, f.customer, f.day_number
    FROM history_lines AS l
    JOIN firsts AS f ON f.sale = l.sale
    WHERE l.kind = 'sale' AND l.quantity > 0 AND l.day_number BETWEEN $from_number AND $to_number
),
brought AS (
    SELECT
        h.product,
        CAST(COUNT(*) AS BIGINT) AS customers,
        CAST(SUM(CASE WHEN h.day_number <= $today_number - $within_days THEN 1 ELSE 0 END) AS BIGINT) AS seen,
        CAST(SUM(CASE WHEN h.day_number <= $today_number - $within_days AND c.customer IS NOT NULL THEN 1 ELSE 0 END)
            AS BIGINT) AS came_back,
        CAST(COUNT(c.customer) AS BIGINT) AS seconds,
        CAST(SUM(c.net) AS BIGINT) AS second_net
    FROM held AS h
    LEFT JOIN came_back AS c ON c.customer = h.customer
    GROUP BY h.product
),
in_stock AS (
    SELECT t.product, CAST(SUM(t.on_hand) AS BIGINT) AS on_hand FROM stock AS t GROUP BY t.product
),
-- How quickly it goes: the last four weeks, whoever bought.
sold AS (
    SELECT l.product, CAST(SUM(l.quantity) AS BIGINT) AS units
    FROM all_lines AS l
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
