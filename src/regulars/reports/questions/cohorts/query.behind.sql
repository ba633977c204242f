SELECT DISTINCT s.customer
FROM sales AS s
JOIN period_days AS d ON d.day_number = s.day_number
JOIN cohort_members AS m ON m.customer = s.customer
WHERE s.kind = 'sale' AND d.period_text = $row_period AND m.cohort_text = $row_cohort
ORDER BY s.customer
