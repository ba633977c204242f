-- Weekday and hour on the store's clock. What is usual is the middle of all such days, those without a sale among them,
-- so that one odd day does not lead. Today counts only in the sums: it is not over.
WITH hours AS (
    SELECT DISTINCT hour
    FROM cells
),
-- Every day that is over, as far as there is history, with every hour in which anything was ever sold.
grid AS (
    SELECT c.day_number, c.weekday, h.hour
    FROM calendar AS c
    CROSS JOIN ends AS e
    CROSS JOIN hours AS h
    WHERE c.day_number >= e.first_day AND c.day_number <= e.last_day AND c.day_number < $today_number
        AND c.day_number >= $from_number AND c.day_number <= $to_number
),
filled AS (
    SELECT
        g.weekday,
        g.hour,
        g.day_number,
        COALESCE(c.orders, 0) AS orders,
        COALESCE(c.net, 0) AS net,
        COALESCE(c.customers, 0) AS customers
    FROM grid AS g
    LEFT JOIN cells AS c ON c.day_number = g.day_number AND c.hour = g.hour
),
placed AS (
    SELECT
        weekday,
        hour,
        orders,
        net,
        customers,
        COUNT(*) OVER (PARTITION BY weekday, hour) AS days,
        2 * ROW_NUMBER() OVER (PARTITION BY weekday, hour ORDER BY orders ASC NULLS FIRST, day_number ASC NULLS FIRST)
            AS order_place,
        2 * ROW_NUMBER() OVER (PARTITION BY weekday, hour ORDER BY net ASC NULLS FIRST, day_number ASC NULLS FIRST)
            AS net_place,
        2 * ROW_NUMBER() OVER (PARTITION BY weekday, hour ORDER BY customers ASC NULLS FIRST, day_number ASC NULLS FIRST)
            AS customer_place
    FROM filled
),
-- The middle one, or the mean of the middle two.
medians AS (
    SELECT
        weekday,
        hour,
        CAST(MAX(days) AS BIGINT) AS days,
        CAST(SUM(CASE WHEN order_place >= days AND order_place <= days + 2 THEN orders ELSE 0 END) AS DOUBLE)
            / CAST(SUM(CASE WHEN order_place >= days AND order_place <= days + 2 THEN 1 ELSE 0 END) AS DOUBLE) AS orders,
        CAST(SUM(CASE WHEN net_place >= days AND net_place <= days + 2 THEN net ELSE 0 END) AS DOUBLE)
            / CAST(SUM(CASE WHEN net_place >= days AND net_place <= days + 2 THEN 1 ELSE 0 END) AS DOUBLE) AS net,
        CAST(SUM(CASE WHEN customer_place >= days AND customer_place <= days + 2 THEN customers ELSE 0 END) AS DOUBLE)
            / CAST(SUM(CASE WHEN customer_place >= days AND customer_place <= days + 2 THEN 1 ELSE 0 END) AS DOUBLE)
            AS customers
    FROM placed
    GROUP BY weekday, hour
),
sums AS (
    SELECT weekday, hour, CAST(SUM(orders) AS BIGINT) AS orders, CAST(SUM(net) AS BIGINT) AS net
    FROM cells
    GROUP BY weekday, hour
),
asked AS (
    SELECT weekday, hour FROM medians
    UNION SELECT weekday, hour FROM sums
)
SELECT
    a.weekday,
    a.hour,
    m.orders AS usual_orders,
    m.net AS usual_net,
    m.customers AS usual_customers,
    COALESCE(m.days, 0) AS days,
    COALESCE(s.orders, 0) AS orders,
    COALESCE(s.net, 0) AS net
FROM asked AS a
LEFT JOIN medians AS m ON m.weekday = a.weekday AND m.hour = a.hour
LEFT JOIN sums AS s ON s.weekday = a.weekday AND s.hour = a.hour
ORDER BY a.weekday, a.hour
