-- Where customers live, what they spend, and what those of each place buy most.
WITH summed AS (
    SELECT
        country,
        region,
        place,
        SUM(CASE WHEN orders > 0 THEN 1 ELSE 0 END) AS customers,
        SUM(orders) AS orders,
        SUM(net) AS net
    FROM homes
    GROUP BY country, region, place
),
numbered AS (
    SELECT
        country,
        region,
        place,
        CAST(customers AS BIGINT) AS customers,
        CAST(orders AS BIGINT) AS orders,
        CAST(net AS BIGINT) AS net,
        ROW_NUMBER() OVER (ORDER BY country ASC NULLS FIRST, region ASC NULLS FIRST, place ASC NULLS FIRST) AS n
    FROM summed
),
addresses AS (
    SELECT h.customer, n.n
    FROM homes AS h
    JOIN numbered AS n ON n.country = h.country AND n.region = h.region AND n.place = h.place
),
bought AS (
    SELECT a.n, l.category, SUM(l.net) AS net
    FROM category_nets AS l
    JOIN addresses AS a ON a.customer = l.customer
    GROUP BY a.n, l.category
),
tops AS (
    SELECT n, category, ROW_NUMBER() OVER (PARTITION BY n ORDER BY net DESC NULLS LAST, category ASC NULLS FIRST) AS place
    FROM bought
)
SELECT
    n.place,
    n.region,
    n.country,
    CAST($by AS VARCHAR) AS level,
    n.customers,
    CAST(SUM(n.customers) OVER () AS BIGINT) AS all_customers,
    CAST(n.customers AS DOUBLE) / CAST(NULLIF(SUM(n.customers) OVER (), 0) AS DOUBLE) AS share,
    n.net,
    CAST(n.net AS DOUBLE) / CAST(NULLIF(SUM(n.net) OVER (), 0) AS DOUBLE) AS net_share,
    n.orders,
    CAST(n.net AS DOUBLE) / CAST(NULLIF(n.orders, 0) AS DOUBLE) AS average_order,
    COALESCE(t.category, '') AS top_category
FROM numbered AS n
LEFT JOIN tops AS t ON t.n = n.n AND t.place = 1
ORDER BY n.net DESC, n.country, n.region, n.place
