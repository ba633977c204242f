-- Whose first order was in the period.
SELECT n.customer AS customer
FROM new AS n
JOIN period_days AS d ON d.day_number = n.first_number
WHERE d.period_text = $row_cohort
ORDER BY customer
