-- Who moved from the one tier to the other.
WITH entered AS (
    SELECT
        m.customer,
        m."group" AS tier,
        c.day_number,
        LAG(m."group") OVER (PARTITION BY m.customer, g.tier_set ORDER BY m.id) AS tier_before
    FROM membership_changes AS m
    JOIN calendar AS c ON c.day = m.day
    JOIN groups AS g ON g."group" = m."group"
    WHERE g.is_tier AND m.is_entry
)
SELECT DISTINCT e.customer AS customer
FROM entered AS e
WHERE e.day_number BETWEEN $from_number AND $to_number AND e.tier = $row_tier AND e.tier_before = $row_tier_before
ORDER BY customer
