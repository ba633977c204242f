-- Who entered or left the group for the reason.
SELECT DISTINCT m.customer AS customer
FROM membership_changes AS m
JOIN calendar AS c ON c.day = m.day
WHERE m."group" = $row_group_id AND c.day_number BETWEEN $from_number AND $to_number
    AND m.reason = $row_reason AND CASE WHEN m.is_entry THEN 'entered' ELSE 'left' END = $row_what
ORDER BY customer
