-- The periods shown: from the first to the last in which anybody ordered, as far as today.
SELECT p.period, p.period_text, p.is_whole
FROM periods AS p
CROSS JOIN (
    SELECT MIN(period) AS first_period, MAX(period) AS last_period
    FROM figures
    WHERE who IN ('new', 'retained', 'reactivated')
) AS span
WHERE p.period >= span.first_period AND p.period <= span.last_period
    AND (p.begins <= $today_number OR p.period IN (
        SELECT period FROM figures WHERE who IN ('new', 'retained', 'reactivated')
    ))
