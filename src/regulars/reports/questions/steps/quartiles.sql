-- The quartiles of `gaps`, between neighbours.
SELECT k, CAST(here * (4 - rest) + COALESCE(next_one, here) * rest AS DOUBLE) / CAST(4 AS DOUBLE) AS days
FROM quartile_places
