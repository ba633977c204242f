-- Who is in the tier, of those whose first order is in the days asked about.
SELECT DISTINCT n.customer AS customer
FROM new AS n
JOIN tiers AS t ON t.customer = n.customer
WHERE t."group" = $row_tier
ORDER BY customer
