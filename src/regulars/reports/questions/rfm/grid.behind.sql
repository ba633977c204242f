SELECT s.customer
FROM scored AS s
JOIN halves AS h ON h.both_scores = s.f + s.m
WHERE s.r = $row_recency AND h.fm = $row_frequency_money
ORDER BY s.customer
