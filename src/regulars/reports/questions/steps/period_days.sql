-- Each day, and the period of the asked length ($period) that it lies in: its number, its name.
SELECT
    day_number,
    CASE $period WHEN 'day' THEN day_number WHEN 'week' THEN week WHEN 'quarter' THEN quarter WHEN 'year' THEN year
        ELSE month END AS period,
    CASE $period WHEN 'day' THEN day_text WHEN 'week' THEN week_text WHEN 'quarter' THEN quarter_text
        WHEN 'year' THEN year_text ELSE month_text END AS period_text
FROM calendar
