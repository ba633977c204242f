-- What the groups are called, by the score for recency and that for frequency and money in one.
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
