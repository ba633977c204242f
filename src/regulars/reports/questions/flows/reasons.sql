-- Why customers entered and left.
SELECT
    CAST(m."group" AS INTEGER) AS group_id,
    CASE WHEN m.is_entry THEN 'entered' ELSE 'left' END AS what,
    m.reason AS reason,
    CAST(COUNT(*) AS BIGINT) AS changes,
    CAST(COUNT(DISTINCT m.customer) AS BIGINT) AS customers
FROM membership_changes AS m
JOIN calendar AS c ON c.day = m.day
JOIN groups AS g ON g."group" = m."group"
WHERE c.day_number BETWEEN $from_number AND $to_number
GROUP BY m."group", g.name, m.is_entry, m.reason
ORDER BY g.name, group_id, what, changes DESC, reason
