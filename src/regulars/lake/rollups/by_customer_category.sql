-- What each customer bought of each category. `orders`: with something of it that was not brought back in the same.
SELECT
    b.customer, b.category,
    CAST(SUM(b.parts) AS BIGINT) AS sales,
    CAST(SUM(b.ordered) AS BIGINT) AS orders,
    CAST(SUM(b.net) AS BIGINT) AS net,
    CAST(SUM(b.units) AS BIGINT) AS units
FROM (
    SELECT
        l.customer, l.category, l.sale,
        CAST(COUNT(*) AS BIGINT) AS parts,
        MAX(CASE WHEN l.kind = 'sale' AND l.quantity > 0 THEN 1 ELSE 0 END) AS ordered,
        CAST(SUM(l.net) AS BIGINT) AS net,
        CAST(SUM(l.quantity) AS BIGINT) AS units
    FROM lines AS l
    WHERE l.customer IS NOT NULL
    GROUP BY l.customer, l.category, l.sale
) AS b
GROUP BY b.customer, b.category
