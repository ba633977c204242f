-- Units sold in each week, counted back from the day asked about, of the products that sell most for money.
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
ranked AS (
    SELECT
        product,
        store,
        ROW_NUMBER() OVER (ORDER BY SUM(net) DESC NULLS LAST, product ASC NULLS LAST, store ASC NULLS LAST) AS place
    FROM sold
    WHERE weeks_ago < 52
    GROUP BY product, store
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
JOIN ranked AS r ON r.product = s.product AND r.store = s.store
LEFT JOIN stock AS k ON k.product = s.product AND k.store = s.store
WHERE r.place <= $top
ORDER BY r.place, s.weeks_ago DESC
