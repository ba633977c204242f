SELECT s.customer
FROM scored AS s
JOIN halves AS h ON h.both_scores = s.f + s.m
JOIN named AS n ON n.r = s.r AND n.fm = h.fm
WHERE n.rfm = $row_rfm
ORDER BY s.customer
