-- The last period in which a known customer did anything.
SELECT MAX(period) AS last_period
FROM bought
