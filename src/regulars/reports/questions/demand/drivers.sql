-- Which groups bought the units of the last year, of each product and of everything in the store.
WITH latest AS (SELECT MAX(id) AS id FROM membership_changes GROUP BY customer, "group"),
members AS (
    SELECT c.customer, c."group"
    FROM membership_changes AS c
    JOIN latest AS l ON l.id = c.id
    WHERE c.is_entry
),
bought AS (
    SELECT product, store, customer, SUM(quantity) AS quantity, SUM(net) AS net
    FROM history_lines
    WHERE kind = 'sale' AND quantity > 0 AND customer IS NOT NULL AND day_number > $today_number - 364
    GROUP BY product, store, customer
),
of_store AS (SELECT store, SUM(quantity) AS quantity FROM bought GROUP BY store),
of_product AS (SELECT product, store, SUM(quantity) AS quantity FROM bought GROUP BY product, store),
group_of_store AS (
    SELECT b.store, m."group", SUM(b.quantity) AS quantity
    FROM bought AS b
    JOIN members AS m ON m.customer = b.customer
    GROUP BY b.store, m."group"
),
group_of_product AS (
    SELECT b.product, b.store, m."group", SUM(b.quantity) AS quantity, COUNT(DISTINCT b.customer) AS buyers
    FROM bought AS b
    JOIN members AS m ON m.customer = b.customer
    GROUP BY b.product, b.store, m."group"
)
SELECT
    g.product,
    g.store,
    g."group",
    CAST(g.buyers AS BIGINT) AS buyers,
    CAST(g.quantity AS DOUBLE) / CAST(p.quantity AS DOUBLE) AS share,
    CAST(h.quantity AS DOUBLE) / CAST(s.quantity AS DOUBLE) AS usual_share
FROM group_of_product AS g
JOIN of_product AS p ON p.product = g.product AND p.store = g.store
JOIN group_of_store AS h ON h.store = g.store AND h."group" = g."group"
JOIN of_store AS s ON s.store = g.store
WHERE g.buyers >= 5 AND p.quantity > 0 AND s.quantity > 0
ORDER BY g.product, g.store, g."group"
