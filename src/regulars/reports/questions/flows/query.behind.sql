-- Who entered or left the group in the period.
SELECT DISTINCT m.customer AS customer
FROM membership_changes AS m
JOIN calendar AS c ON c.day = m.day
WHERE m."group" = $row_group_id AND c.day_number BETWEEN $from_number AND $to_number
    AND CASE $period WHEN 'day' THEN c.day_text WHEN 'week' THEN c.week_text WHEN 'month' THEN c.month_text
        WHEN 'quarter' THEN c.quarter_text ELSE c.year_text END = $row_period
ORDER BY customer
