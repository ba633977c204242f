-- Units sold in each week, counted back from the day asked about, of the products that sell most for money, in every
-- store that sold them.
WITH sold AS (
    SELECT
        product,
        store,
        CAST(FLOOR(CAST($today_number - day_number AS DOUBLE) / CAST(7 AS DOUBLE)) AS INTEGER) AS weeks_ago,
        CAST(SUM(quantity) AS BIGINT) AS quantity,
        CAST(SUM(CASE WHEN customer IS NULL THEN quantity ELSE 0 END) AS BIGINT) AS anonymous,
        CAST(SUM(net) AS BIGINT) AS net
    FROM history_lines
    WHERE kind = 'sale' AND quantity > 0 AND day_number > $today_number - 728
    GROUP BY product, store, CAST(FLOOR(CAST($today_number - day_number AS DOUBLE) / CAST(7 AS DOUBLE)) AS INTEGER)
),
-- What was sold in the last year, product by product and store by store.
of_year AS (SELECT product, store, SUM(net) AS net FROM sold WHERE weeks_ago < 52 GROUP BY product, store),
of_product AS (SELECT product, SUM(net) AS net, COUNT(*) AS stores FROM of_year GROUP BY product),
ranked AS (
    SELECT
        product,
        ROW_NUMBER() OVER (ORDER BY net DESC NULLS LAST, product ASC NULLS LAST) AS place,
        SUM(stores) OVER (
            ORDER BY net DESC NULLS LAST, product ASC NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS series
    FROM of_product
)
SELECT
    r.place,
    s.product,
    s.store,
    s.weeks_ago,
    s.quantity,
    s.anonymous,
    k.on_hand
FROM sold AS s
JOIN of_year AS y ON y.product = s.product AND y.store = s.store
JOIN ranked AS r ON r.product = s.product
LEFT JOIN stock AS k ON k.product = s.product AND k.store = s.store
-- A product is there in all of its stores or not at all; so many series are soon foretold.
WHERE r.place <= $top AND (r.series <= 5000 OR r.place = 1)
ORDER BY r.place, s.store, s.weeks_ago DESC
