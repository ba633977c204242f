-- The period of the row.
SELECT MIN(period) AS period
FROM period_days
WHERE period_text = $row_period
