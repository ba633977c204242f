-- Recency against frequency and money.
WITH people AS (
    SELECT
        customer,
        MAX(CASE WHEN kind = 'sale' THEN day_number END) AS last_day,
        SUM(CASE WHEN kind = 'sale' THEN 1 ELSE 0 END) AS orders,
        SUM(net) AS net
    FROM sales
    WHERE customer IS NOT NULL AND ($lookback = 0 OR day_number > $today_number - $lookback)
    GROUP BY customer
),
buyers AS (SELECT customer, last_day, orders, CAST(net AS BIGINT) AS net FROM people WHERE orders > 0),
-- How many do strictly worse: whoever is equal shares a score.
worse AS (
    SELECT
        customer,
        last_day,
        orders,
        net,
        COUNT(*) OVER () AS n,
        5 * (RANK() OVER (ORDER BY last_day ASC NULLS FIRST) - 1) AS r,
        5 * (RANK() OVER (ORDER BY orders ASC NULLS FIRST) - 1) AS f,
        5 * (RANK() OVER (ORDER BY net ASC NULLS FIRST) - 1) AS m
    FROM buyers
),
-- 1 + floor(5 * worse / n), in whole numbers.
scored AS (
    SELECT
        customer,
        last_day,
        orders,
        net,
        1 + CASE WHEN r >= n THEN 1 ELSE 0 END + CASE WHEN r >= 2 * n THEN 1 ELSE 0 END
            + CASE WHEN r >= 3 * n THEN 1 ELSE 0 END + CASE WHEN r >= 4 * n THEN 1 ELSE 0 END AS r,
        1 + CASE WHEN f >= n THEN 1 ELSE 0 END + CASE WHEN f >= 2 * n THEN 1 ELSE 0 END
            + CASE WHEN f >= 3 * n THEN 1 ELSE 0 END + CASE WHEN f >= 4 * n THEN 1 ELSE 0 END AS f,
        1 + CASE WHEN m >= n THEN 1 ELSE 0 END + CASE WHEN m >= 2 * n THEN 1 ELSE 0 END
            + CASE WHEN m >= 3 * n THEN 1 ELSE 0 END + CASE WHEN m >= 4 * n THEN 1 ELSE 0 END AS m
    FROM worse
),
-- Frequency and money as one: half of their sum, a half rounded up.
halves AS (
    SELECT 2 AS both_scores, 1 AS fm
    UNION ALL SELECT 3 AS both_scores, 2 AS fm
    UNION ALL SELECT 4 AS both_scores, 2 AS fm
    UNION ALL SELECT 5 AS both_scores, 3 AS fm
    UNION ALL SELECT 6 AS both_scores, 3 AS fm
    UNION ALL SELECT 7 AS both_scores, 4 AS fm
    UNION ALL SELECT 8 AS both_scores, 4 AS fm
    UNION ALL SELECT 9 AS both_scores, 5 AS fm
    UNION ALL SELECT 10 AS both_scores, 5 AS fm
),
named AS (
    SELECT 1 AS r, 1 AS fm, 'hibernating' AS rfm
    UNION ALL SELECT 1 AS r, 2 AS fm, 'hibernating' AS rfm
    UNION ALL SELECT 2 AS r, 1 AS fm, 'hibernating' AS rfm
    UNION ALL SELECT 2 AS r, 2 AS fm, 'hibernating' AS rfm
    UNION ALL SELECT 1 AS r, 3 AS fm, 'at_risk' AS rfm
    UNION ALL SELECT 1 AS r, 4 AS fm, 'at_risk' AS rfm
    UNION ALL SELECT 2 AS r, 3 AS fm, 'at_risk' AS rfm
    UNION ALL SELECT 2 AS r, 4 AS fm, 'at_risk' AS rfm
    UNION ALL SELECT 1 AS r, 5 AS fm, 'cannot_lose' AS rfm
    UNION ALL SELECT 2 AS r, 5 AS fm, 'cannot_lose' AS rfm
    UNION ALL SELECT 3 AS r, 1 AS fm, 'about_to_sleep' AS rfm
    UNION ALL SELECT 3 AS r, 2 AS fm, 'about_to_sleep' AS rfm
    UNION ALL SELECT 3 AS r, 3 AS fm, 'need_attention' AS rfm
    UNION ALL SELECT 3 AS r, 4 AS fm, 'loyal' AS rfm
    UNION ALL SELECT 3 AS r, 5 AS fm, 'loyal' AS rfm
    UNION ALL SELECT 4 AS r, 4 AS fm, 'loyal' AS rfm
    UNION ALL SELECT 4 AS r, 5 AS fm, 'loyal' AS rfm
    UNION ALL SELECT 4 AS r, 1 AS fm, 'promising' AS rfm
    UNION ALL SELECT 5 AS r, 1 AS fm, 'new_customers' AS rfm
    UNION ALL SELECT 4 AS r, 2 AS fm, 'potential_loyalists' AS rfm
    UNION ALL SELECT 4 AS r, 3 AS fm, 'potential_loyalists' AS rfm
    UNION ALL SELECT 5 AS r, 2 AS fm, 'potential_loyalists' AS rfm
    UNION ALL SELECT 5 AS r, 3 AS fm, 'potential_loyalists' AS rfm
    UNION ALL SELECT 5 AS r, 4 AS fm, 'champions' AS rfm
    UNION ALL SELECT 5 AS r, 5 AS fm, 'champions' AS rfm
),
-- 125 rows at most: the names are looked up for these, not for each customer.
cells AS (
    SELECT r, f + m AS both_scores, COUNT(*) AS customers, SUM(net) AS net
    FROM scored
    GROUP BY r, f + m
),
summed AS (
    SELECT c.r, h.fm, SUM(c.customers) AS customers, SUM(c.net) AS net
    FROM cells AS c
    JOIN halves AS h ON h.both_scores = c.both_scores
    GROUP BY c.r, h.fm
),
filled AS (
    SELECT
        n.r,
        n.fm,
        n.rfm,
        CAST(COALESCE(s.customers, 0) AS BIGINT) AS customers,
        CAST(COALESCE(s.net, 0) AS BIGINT) AS net
    FROM named AS n
    LEFT JOIN summed AS s ON s.r = n.r AND s.fm = n.fm
)
SELECT
    CAST(r AS BIGINT) AS recency,
    CAST(fm AS BIGINT) AS frequency_money,
    rfm,
    customers,
    CAST(SUM(customers) OVER () AS BIGINT) AS all_customers,
    CAST(customers AS DOUBLE) / CAST(NULLIF(SUM(customers) OVER (), 0) AS DOUBLE) AS share,
    net
FROM filled
ORDER BY recency DESC, frequency_money DESC
