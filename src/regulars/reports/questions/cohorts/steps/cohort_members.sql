-- Whose first order ever lies in the days asked about, and the period of it.
SELECT f.customer, d.period AS cohort, d.period_text AS cohort_text
FROM first_orders AS f
JOIN period_days AS d ON d.day_number = f.first_day
WHERE f.first_day >= $from_number AND f.first_day <= $to_number
