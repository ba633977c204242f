-- Frequency and money as one: half of their sum, a half rounded up.
SELECT 2 AS both_scores, 1 AS fm
UNION ALL SELECT 3 AS both_scores, 2 AS fm
UNION ALL SELECT 4 AS both_scores, 2 AS fm
UNION ALL SELECT 5 AS both_scores, 3 AS fm
UNION ALL SELECT 6 AS both_scores, 3 AS fm
UNION ALL SELECT 7 AS both_scores, 4 AS fm
UNION ALL SELECT 8 AS both_scores, 4 AS fm
UNION ALL SELECT 9 AS both_scores, 5 AS fm
UNION ALL SELECT 10 AS both_scores, 5 AS fm
