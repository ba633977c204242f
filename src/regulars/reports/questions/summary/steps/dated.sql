-- Each sale and the period it lies in.
SELECT s.kind, s.net, s.units, s.discount, s.customer, d.period_text AS period
FROM sales AS s
JOIN period_days AS d ON d.day_number = s.day_number
