SELECT DISTINCT p.customer
FROM payments AS p
LEFT JOIN tiers AS t ON t.customer = p.customer
WHERE p.kind = 'sale' AND p.customer IS NOT NULL AND p.method = $row_method
    AND COALESCE(t."group", 0) = COALESCE($row_tier, 0)
ORDER BY p.customer
