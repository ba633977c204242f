-- What each category came to in each month and store.
SELECT
    l.category, l.store, l.channel, l.month,
    CAST(COUNT(*) AS BIGINT) AS parts,
    CAST(SUM(l.net) AS BIGINT) AS net,
    CAST(SUM(l.quantity) AS BIGINT) AS units,
    CAST(SUM(CASE WHEN l.kind = 'sale' THEN l.net ELSE 0 END) AS BIGINT) AS order_net
FROM lines AS l
GROUP BY l.category, l.store, l.channel, l.month
