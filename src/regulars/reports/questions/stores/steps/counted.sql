-- The customers of each store, each store as if it were alone: new is who never ordered there before.
SELECT
    store,
    SUM(is_here) AS customers,
    SUM(CASE WHEN is_here = 1 AND first_day >= $from_number THEN 1 ELSE 0 END) AS new_customers,
    SUM(is_early) AS earlier,
    SUM(is_early * is_late) AS retained
FROM people
GROUP BY store
