-- Five times how many do strictly worse: whoever is equal shares a score.
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
