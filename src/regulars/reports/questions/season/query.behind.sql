SELECT DISTINCT customer
FROM lines
WHERE kind = 'sale' AND customer IS NOT NULL AND category = $row_category
    AND month % 12 + 1 = CAST($row_month AS INTEGER)
ORDER BY customer
