-- Each buyer's scores, 1 + floor(5 * worse / n), in whole numbers.
-- `worse` is how many of n do strictly worse: whoever is equal shares a score. It goes up where `worse` reaches 1, 2, 3
-- and 4 fifths of n, for whoever is above the figure at that place: no rank is needed but of these. There are few days
-- and few numbers of orders; of net sales, only those near the place are put in order.
WITH places AS (
    SELECT k.k, (k.k * s.n + 4) // 5 AS place
    FROM (SELECT 1 AS k UNION ALL SELECT 2 AS k UNION ALL SELECT 3 AS k UNION ALL SELECT 4 AS k) AS k
    CROSS JOIN (SELECT COUNT(*) AS n FROM buyers) AS s
),
days AS (
    SELECT last_day, SUM(COUNT(*)) OVER (ORDER BY last_day ASC NULLS FIRST) AS so_far FROM buyers GROUP BY last_day
),
often AS (
    SELECT orders, SUM(COUNT(*)) OVER (ORDER BY orders ASC NULLS FIRST) AS so_far FROM buyers GROUP BY orders
),
sums AS (
    SELECT net // 4096 AS sum, COUNT(*) AS customers, SUM(COUNT(*)) OVER (ORDER BY net // 4096 ASC NULLS FIRST) AS so_far
    FROM buyers
    GROUP BY net // 4096
),
near AS (
    SELECT p.k, p.place - MIN(s.so_far - s.customers) AS place, MIN(s.sum) AS sum
    FROM places AS p
    JOIN sums AS s ON s.so_far >= p.place
    GROUP BY p.k, p.place
),
sorted AS (
    SELECT net, net // 4096 AS sum, ROW_NUMBER() OVER (PARTITION BY net // 4096 ORDER BY net ASC NULLS FIRST) AS place
    FROM buyers
    WHERE net // 4096 IN (SELECT sum FROM near)
),
ends AS (
    SELECT 'r' AS score, p.k, MIN(d.last_day) AS most FROM places AS p JOIN days AS d ON d.so_far >= p.place GROUP BY p.k
    UNION ALL
    SELECT 'f' AS score, p.k, MIN(o.orders) AS most FROM places AS p JOIN often AS o ON o.so_far >= p.place GROUP BY p.k
    UNION ALL
    SELECT 'm' AS score, n.k, MIN(s.net) AS most
    FROM near AS n
    JOIN sorted AS s ON s.sum = n.sum AND s.place = n.place
    GROUP BY n.k
),
bounds AS (
    SELECT
        MAX(CASE WHEN score = 'r' AND k = 1 THEN most END) AS r1, MAX(CASE WHEN score = 'r' AND k = 2 THEN most END) AS r2,
        MAX(CASE WHEN score = 'r' AND k = 3 THEN most END) AS r3, MAX(CASE WHEN score = 'r' AND k = 4 THEN most END) AS r4,
        MAX(CASE WHEN score = 'f' AND k = 1 THEN most END) AS f1, MAX(CASE WHEN score = 'f' AND k = 2 THEN most END) AS f2,
        MAX(CASE WHEN score = 'f' AND k = 3 THEN most END) AS f3, MAX(CASE WHEN score = 'f' AND k = 4 THEN most END) AS f4,
        MAX(CASE WHEN score = 'm' AND k = 1 THEN most END) AS m1, MAX(CASE WHEN score = 'm' AND k = 2 THEN most END) AS m2,
        MAX(CASE WHEN score = 'm' AND k = 3 THEN most END) AS m3, MAX(CASE WHEN score = 'm' AND k = 4 THEN most END) AS m4
    FROM ends
)
SELECT
    b.customer,
    b.last_day,
    b.orders,
    b.net,
    1 + CASE WHEN b.last_day > s.r1 THEN 1 ELSE 0 END + CASE WHEN b.last_day > s.r2 THEN 1 ELSE 0 END
        + CASE WHEN b.last_day > s.r3 THEN 1 ELSE 0 END + CASE WHEN b.last_day > s.r4 THEN 1 ELSE 0 END AS r,
    1 + CASE WHEN b.orders > s.f1 THEN 1 ELSE 0 END + CASE WHEN b.orders > s.f2 THEN 1 ELSE 0 END
        + CASE WHEN b.orders > s.f3 THEN 1 ELSE 0 END + CASE WHEN b.orders > s.f4 THEN 1 ELSE 0 END AS f,
    1 + CASE WHEN b.net > s.m1 THEN 1 ELSE 0 END + CASE WHEN b.net > s.m2 THEN 1 ELSE 0 END
        + CASE WHEN b.net > s.m3 THEN 1 ELSE 0 END + CASE WHEN b.net > s.m4 THEN 1 ELSE 0 END AS m
FROM buyers AS b
CROSS JOIN bounds AS s
