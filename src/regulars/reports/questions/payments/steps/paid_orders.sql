-- Orders of each day, whatever they were paid with: those with a first payment, and those of which only a
-- further one is left.
SELECT day_number, SUM(orders) AS orders
FROM (
    SELECT day_number, SUM(CASE WHEN kind = 'sale' AND n = 1 THEN 1 ELSE 0 END) AS orders
    FROM payments
    GROUP BY day_number
    UNION ALL
    SELECT day_number, COUNT(*) AS orders
    FROM (SELECT sale, day_number FROM further WHERE is_alone = 1 GROUP BY sale, day_number) AS alone
    GROUP BY day_number
) AS parts
GROUP BY day_number
