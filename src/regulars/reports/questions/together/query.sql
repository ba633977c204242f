-- Pairs of things in one sale. Things are numbers here, so that the pairs are counted quickly.
WITH named AS (
    SELECT c.category, ROW_NUMBER() OVER (ORDER BY c.category) AS thing
    FROM (SELECT DISTINCT l.category FROM lines AS l WHERE l.category <> '') AS c
),
baskets AS (
    SELECT DISTINCT l.sale, CASE WHEN $by = 'product' THEN CAST(l.product AS BIGINT) ELSE c.thing END AS thing
    FROM lines AS l
    LEFT JOIN named AS c ON c.category = l.category
    WHERE l.kind = 'sale' AND l.quantity > 0 AND ($by = 'product' OR c.thing IS NOT NULL)
),
things AS (
    SELECT b.thing, CAST(COUNT(*) AS BIGINT) AS sales
    FROM baskets AS b
    GROUP BY b.thing
    HAVING COUNT(*) >= $least
),
kept AS (
    SELECT b.sale, b.thing FROM baskets AS b JOIN things AS t ON t.thing = b.thing
),
pairs AS (
    SELECT one.thing AS first_thing, other.thing AS second_thing, CAST(COUNT(*) AS BIGINT) AS sales
    FROM kept AS one
    JOIN kept AS other ON other.sale = one.sale AND other.thing > one.thing
    GROUP BY one.thing, other.thing
    HAVING COUNT(*) >= $least
),
whole AS (
    SELECT CAST(COUNT(*) AS BIGINT) AS sales FROM sales AS s WHERE s.kind = 'sale'
)
SELECT
    $by AS what,
    CASE WHEN $by = 'product' THEN COALESCE(NULLIF(p.name, ''), p.sku, '') ELSE c.category END AS first_name,
    CASE WHEN $by = 'product' THEN COALESCE(p.sku, '') ELSE '' END AS first_sku,
    CASE WHEN $by = 'product' THEN COALESCE(NULLIF(q.name, ''), q.sku, '') ELSE d.category END AS second_name,
    CASE WHEN $by = 'product' THEN COALESCE(q.sku, '') ELSE '' END AS second_sku,
    r.sales AS sales,
    CAST(r.sales AS DOUBLE) / CAST(w.sales AS DOUBLE) AS support,
    w.sales AS all_sales,
    CAST(r.sales AS DOUBLE) / CAST(a.sales AS DOUBLE) AS confidence,
    a.sales AS first_sales,
    CAST(r.sales AS DOUBLE) / CAST(b.sales AS DOUBLE) AS confidence_back,
    b.sales AS second_sales,
    CAST(r.sales AS DOUBLE) * CAST(w.sales AS DOUBLE) / (CAST(a.sales AS DOUBLE) * CAST(b.sales AS DOUBLE)) AS lift
FROM pairs AS r
CROSS JOIN whole AS w
JOIN things AS a ON a.thing = r.first_thing
JOIN things AS b ON b.thing = r.second_thing
LEFT JOIN named AS c ON c.thing = r.first_thing
LEFT JOIN named AS d ON d.thing = r.second_thing
LEFT JOIN products AS p ON p.product = r.first_thing
LEFT JOIN products AS q ON q.product = r.second_thing
ORDER BY lift DESC, sales DESC, r.first_thing, r.second_thing
LIMIT 500
