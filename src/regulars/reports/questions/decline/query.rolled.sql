-- Each category in all of history, before which there was nothing: whoever bought was gained (docs/algorithms/decline.md).
WITH everybody AS (
    SELECT category, SUM(net) AS net
    FROM by_category_month
    GROUP BY category
    HAVING SUM(parts) <> 0
),
known AS (
    SELECT
        category,
        SUM(net) AS net,
        SUM(CASE WHEN orders > 0 THEN net ELSE 0 END) AS gained,
        SUM(CASE WHEN orders > 0 THEN customers ELSE 0 END) AS customers_gained
    FROM by_category_orders
    GROUP BY category
)
SELECT
    e.category AS category,
    CAST(0 AS BIGINT) AS net_before,
    CAST(e.net AS BIGINT) AS net_now,
    CAST(e.net AS BIGINT) AS change,
    CAST(NULL AS DOUBLE) AS change_share,
    CAST(0 AS BIGINT) AS lost,
    CAST(COALESCE(k.gained, 0) AS BIGINT) AS gained,
    CAST(0 AS BIGINT) AS fewer_orders,
    CAST(COALESCE(k.net - k.gained, 0) AS BIGINT) AS smaller_orders,
    CAST(e.net - COALESCE(k.net, 0) AS BIGINT) AS anonymous,
    CAST(0 AS BIGINT) AS customers_lost,
    CAST(COALESCE(k.customers_gained, 0) AS BIGINT) AS customers_gained,
    CAST(0 AS BIGINT) AS customers_stayed
FROM everybody AS e
LEFT JOIN known AS k ON k.category = e.category
ORDER BY change, category
