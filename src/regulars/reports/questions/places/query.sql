-- Where customers live, what they spend, and what those of each place buy most.
WITH tops AS (
    SELECT
        country,
        region,
        place,
        category,
        ROW_NUMBER() OVER (PARTITION BY country, region, place ORDER BY net DESC NULLS LAST, category ASC NULLS FIRST) AS n
    FROM place_categories
)
SELECT
    s.place,
    s.region,
    s.country,
    CAST($by AS VARCHAR) AS level,
    s.customers,
    CAST(SUM(s.customers) OVER () AS BIGINT) AS all_customers,
    CAST(s.customers AS DOUBLE) / CAST(NULLIF(SUM(s.customers) OVER (), 0) AS DOUBLE) AS share,
    s.net,
    CAST(s.net AS DOUBLE) / CAST(NULLIF(SUM(s.net) OVER (), 0) AS DOUBLE) AS net_share,
    s.orders,
    CAST(s.net AS DOUBLE) / CAST(NULLIF(s.orders, 0) AS DOUBLE) AS average_order,
    COALESCE(t.category, '') AS top_category
FROM place_sums AS s
LEFT JOIN tops AS t ON t.country = s.country AND t.region = s.region AND t.place = s.place AND t.n = 1
ORDER BY s.net DESC, s.country, s.region, s.place
