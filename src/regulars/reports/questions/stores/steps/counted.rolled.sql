-- The customers of each store. In all of history each of them is new.
SELECT store, SUM(customers) AS customers, SUM(customers) AS new_customers, SUM(earlier) AS earlier,
    SUM(retained) AS retained
FROM (
    SELECT store, SUM(is_early) AS earlier, SUM(is_early * is_late) AS retained, 0 AS customers
    FROM lately
    GROUP BY store
    UNION ALL
    SELECT store, 0 AS earlier, 0 AS retained, SUM(customers) AS customers
    FROM by_store_pair
    WHERE other = store
    GROUP BY store
) AS parts
GROUP BY store
