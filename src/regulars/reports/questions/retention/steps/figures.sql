-- Customers of each period by what they are, and what they spent: `new`, `retained` and `reactivated` ordered in it,
-- within the dates; `before` in the one before, and spent so much there; `again` are those of them who ordered in this
-- one, too.
SELECT period, who, CAST(COUNT(*) AS BIGINT) AS customers, CAST(SUM(net) AS BIGINT) AS net
FROM (
    SELECT
        period,
        CASE WHEN before_period = period - 1 THEN 'retained' WHEN first_period = period THEN 'new'
            ELSE 'reactivated' END AS who,
        net
    FROM buyers
    WHERE orders > 0
    UNION ALL
    SELECT period, 'again' AS who, before_net AS net
    FROM buyers
    WHERE orders > 0 AND before_period = period - 1
    UNION ALL
    SELECT period + 1 AS period, 'before' AS who, net_ever AS net
    FROM buyers
) AS each_buyer
GROUP BY period, who
