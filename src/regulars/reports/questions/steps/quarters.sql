-- Which quartiles there are.
SELECT 1 AS k
UNION ALL SELECT 2 AS k
UNION ALL SELECT 3 AS k
