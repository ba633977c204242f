-- Who is in the tier, of those whose first order is in the days asked about.
SELECT t.customer AS customer
FROM tiers AS t
JOIN history_sales AS s ON s.customer = t.customer
WHERE s.kind = 'sale' AND t."group" = $row_tier
GROUP BY t.customer
HAVING MIN(s.day_number) BETWEEN $from_number AND $to_number
ORDER BY customer
