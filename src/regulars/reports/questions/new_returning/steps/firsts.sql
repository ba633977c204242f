-- The period of each customer's first order ever: in all of it they are new.
SELECT f.customer, d.period, d.period_text
FROM first_orders AS f
JOIN period_days AS d ON d.day_number = f.first_day
