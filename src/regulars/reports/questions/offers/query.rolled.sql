-- No sums are read here, but the sales as they are kept: those of no dates would be put together first.
-- What each offer was used for, and what those who could have it spent beside those it was held back from. The sums of
-- squares come in three parts that no integer is too small for: an amount is 262144 * high + low.
WITH used AS (
    SELECT
        u.offer,
        u.discount,
        s.sale,
        s.customer,
        s.net
    FROM offer_uses AS u
    JOIN history_sales AS s ON s.sale = u.sale
    WHERE NOT u.is_released
),
uses AS (
    SELECT
        u.offer,
        CAST(COUNT(*) AS BIGINT) AS uses,
        CAST(COUNT(DISTINCT u.customer) AS BIGINT) AS customers,
        CAST(SUM(u.discount) AS BIGINT) AS discount,
        CAST(SUM(u.net) AS BIGINT) AS net
    FROM used AS u
    GROUP BY u.offer
),
spent_by_users AS (
    SELECT w.offer, CAST(SUM(s.net) AS BIGINT) AS net
    FROM (SELECT DISTINCT u.offer, u.customer FROM used AS u WHERE u.customer IS NOT NULL) AS w
    JOIN history_sales AS s ON s.customer = w.customer
    GROUP BY w.offer
),
measured AS (
    SELECT e.offer, e.customer, e.is_held_out, e.day
    FROM exposures AS e
    JOIN (SELECT DISTINCT x.offer FROM exposures AS x WHERE x.is_held_out) AS h ON h.offer = e.offer
    WHERE e.day <= $to
),
-- Those who bought apart from those who might have: where nobody might, no sale is read.
bought AS (
    SELECT m.offer, m.customer, m.is_held_out, SUM(s.net) AS net
    FROM measured AS m
    JOIN history_sales AS s ON s.customer = m.customer AND s.day >= m.day
    GROUP BY m.offer, m.customer, m.is_held_out
),
spent AS (
    SELECT m.offer, m.customer, m.is_held_out, CAST(COALESCE(b.net, 0) AS BIGINT) AS net
    FROM (SELECT DISTINCT e.offer, e.customer, e.is_held_out FROM measured AS e) AS m
    LEFT JOIN bought AS b ON b.offer = m.offer AND b.customer = m.customer AND b.is_held_out = m.is_held_out
),
halved AS (
    SELECT s.offer, s.is_held_out, s.net, s.net % 262144 AS low, (s.net - s.net % 262144) // 262144 AS high
    FROM spent AS s
),
sides AS (
    SELECT
        h.offer,
        CAST(SUM(CASE WHEN h.is_held_out THEN 0 ELSE 1 END) AS BIGINT) AS offered,
        CAST(SUM(CASE WHEN h.is_held_out THEN 0 ELSE h.net END) AS BIGINT) AS offered_net,
        CAST(SUM(CASE WHEN h.is_held_out THEN 0 ELSE h.high * h.high END) AS BIGINT) AS offered_high,
        CAST(SUM(CASE WHEN h.is_held_out THEN 0 ELSE h.high * h.low END) AS BIGINT) AS offered_cross,
        CAST(SUM(CASE WHEN h.is_held_out THEN 0 ELSE h.low * h.low END) AS BIGINT) AS offered_low,
        CAST(SUM(CASE WHEN h.is_held_out THEN 1 ELSE 0 END) AS BIGINT) AS held_out,
        CAST(SUM(CASE WHEN h.is_held_out THEN h.net ELSE 0 END) AS BIGINT) AS held_net,
        CAST(SUM(CASE WHEN h.is_held_out THEN h.high * h.high ELSE 0 END) AS BIGINT) AS held_high,
        CAST(SUM(CASE WHEN h.is_held_out THEN h.high * h.low ELSE 0 END) AS BIGINT) AS held_cross,
        CAST(SUM(CASE WHEN h.is_held_out THEN h.low * h.low ELSE 0 END) AS BIGINT) AS held_low
    FROM halved AS h
    GROUP BY h.offer
)
SELECT
    o.name AS offer,
    COALESCE(u.uses, CAST(0 AS BIGINT)) AS uses,
    COALESCE(u.customers, CAST(0 AS BIGINT)) AS customers,
    COALESCE(u.discount, CAST(0 AS BIGINT)) AS discount,
    COALESCE(u.net, CAST(0 AS BIGINT)) AS net,
    COALESCE(b.net, CAST(0 AS BIGINT)) AS net_of_users,
    d.offered, d.offered_net, d.offered_high, d.offered_cross, d.offered_low,
    d.held_out, d.held_net, d.held_high, d.held_cross, d.held_low
FROM offers AS o
LEFT JOIN uses AS u ON u.offer = o.offer
LEFT JOIN spent_by_users AS b ON b.offer = o.offer
LEFT JOIN sides AS d ON d.offer = o.offer
WHERE u.uses IS NOT NULL OR d.offered IS NOT NULL
ORDER BY uses DESC, offer
