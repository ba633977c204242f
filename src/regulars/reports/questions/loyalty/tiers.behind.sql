-- Who is in the tier and ordered in the days asked about.
SELECT DISTINCT s.customer AS customer
FROM sales AS s
JOIN tiers AS t ON t.customer = s.customer
WHERE s.kind = 'sale' AND t."group" = $row_tier
ORDER BY customer
