-- Who ordered in the period of the row, in the one before it, and ever before it.
SELECT
    b.customer,
    MAX(CASE WHEN b.period = a.period AND b.orders > 0 THEN 1 ELSE 0 END) AS is_here,
    MAX(CASE WHEN b.period = a.period - 1 THEN 1 ELSE 0 END) AS was_here,
    MAX(CASE WHEN b.period < a.period THEN 1 ELSE 0 END) AS was_ever
FROM ordered AS b
CROSS JOIN row_period AS a
GROUP BY b.customer
