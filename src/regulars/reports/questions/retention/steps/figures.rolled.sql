-- Customers of each period by what they are, and what they spent: `new`, `retained` and `reactivated` ordered in it,
-- within the dates; `before` in the one before, and spent so much there; `again` are those of them who ordered in this
-- one, too.
SELECT period, who, customers, net
FROM kept
WHERE who IN ('new', 'retained', 'again')
UNION ALL
SELECT
    period,
    'reactivated' AS who,
    CAST(SUM(CASE WHEN who = 'all' THEN customers ELSE 0 - customers END) AS BIGINT) AS customers,
    CAST(SUM(CASE WHEN who = 'all' THEN net ELSE 0 - net END) AS BIGINT) AS net
FROM kept
WHERE who IN ('all', 'new', 'retained')
GROUP BY period
HAVING SUM(CASE WHEN who = 'all' THEN customers ELSE 0 - customers END) <> 0
UNION ALL
SELECT period + 1 AS period, 'before' AS who, customers, net
FROM kept
WHERE who = 'all'
