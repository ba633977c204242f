-- The periods of the asked length. Whole: all of its days are asked about and over.
SELECT
    period,
    MIN(period_text) AS period_text,
    MIN(day_number) AS begins,
    CASE WHEN MIN(day_number) >= $from_number AND MAX(day_number) <= $to_number
        AND MAX(day_number) < $today_number THEN TRUE ELSE FALSE END AS is_whole
FROM period_days
GROUP BY period
