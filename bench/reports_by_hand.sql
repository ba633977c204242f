-- Each question as somebody would put it who knows the files, rollups among them, and uses all that DuckDB has.

-- summary
SELECT strftime(make_date((c.month // 12)::INT, (c.month % 12 + 1)::INT, 1), '%Y-%m') AS period, sum(net), sum(orders),
    sum(net) / sum(orders), sum(units) / 1000 / sum(orders), sum(known_orders) / sum(orders), sum(known_net) / sum(net),
    -sum(returned), sum(discount) FROM by_store_day_hour JOIN calendar c USING (day_number) GROUP BY c.month ORDER BY 1;

-- customers
SELECT customer, net, orders, units, net / nullif(orders, 0), returned, discount, first_number, last_number,
    net / (SELECT sum(net) FROM by_customer), sum(net) OVER (ORDER BY net DESC, customer) FROM (FROM by_customer ORDER BY
    net DESC, customer LIMIT 1000) ORDER BY net DESC, customer;

-- top
SELECT customer, net, orders, units, first_number, last_number, net / (SELECT sum(net) FROM by_customer)
    FROM by_customer ORDER BY net DESC, customer LIMIT 20;

-- new_returning
SELECT period, cohort = period AS is_new, sum(customers), sum(orders), sum(net) FROM by_cohort WHERE kind = 'month'
    GROUP BY ALL ORDER BY ALL;

-- cohorts
SELECT cohort, period, sum(customers), sum(net), sum(sum(net)) OVER (PARTITION BY cohort ORDER BY period) FROM by_cohort
    WHERE kind = 'month' AND cohort >= 0 GROUP BY cohort, period ORDER BY cohort, period;

-- retention
PIVOT (SELECT period, who, customers FROM by_kept WHERE kind = 'month') ON who IN ('all', 'new', 'retained')
    USING sum(customers) GROUP BY period ORDER BY period;

-- repeat
SELECT count(*) FILTER (orders >= 2), count(*) FILTER (orders >= 3), count(*) FILTER (orders >= 4),
    count(*) FILTER (orders >= 5), count(*) FROM by_customer WHERE orders > 0;

-- frequency
SELECT days // 7 AS weeks, sum(gaps) FROM by_gap GROUP BY 1 ORDER BY 1;

-- rfm
SELECT r, f, m, count(*), sum(net) FROM (SELECT net,
    5 * (rank() OVER (ORDER BY last_number) - 1) // (count(*) OVER ()) AS r,
    5 * (rank() OVER (ORDER BY orders) - 1) // (count(*) OVER ()) AS f,
    5 * (rank() OVER (ORDER BY net) - 1) // (count(*) OVER ()) AS m FROM by_customer WHERE orders > 0) GROUP BY ALL;

-- shared
SELECT store, other, sum(customers) FROM by_store_pair GROUP BY ALL ORDER BY ALL;

-- stores
WITH lately AS (SELECT store, customer, bool_or(day_number > 20778 - 90) AS is_late,
    bool_or(day_number <= 20778 - 90) AS is_early FROM sales WHERE kind = 'sale' AND customer IS NOT NULL
    AND day_number > 20778 - 180 GROUP BY ALL)
SELECT * FROM (SELECT store, sum(net), sum(orders), sum(known_orders) FROM by_store_day_hour GROUP BY store)
    JOIN (SELECT store, count(*) FILTER (is_early), count(*) FILTER (is_early AND is_late) FROM lately GROUP BY store)
    USING (store) JOIN (SELECT store, customers FROM by_store_pair WHERE store = other) USING (store) ORDER BY 2 DESC;

-- places
SELECT * FROM (SELECT country, sum(customers), sum(orders), sum(net) FROM by_place GROUP BY country) JOIN (SELECT country,
    arg_max(category, net) FROM (SELECT country, category, sum(net) AS net FROM by_place_category GROUP BY ALL)
    GROUP BY country) USING (country) ORDER BY 4 DESC;

-- peak
WITH cells AS (SELECT day_number, hour, sum(orders) AS orders, sum(net) AS net FROM by_store_day_hour GROUP BY ALL)
SELECT weekday, hour, median(orders), median(net), median(customers) FROM calendar JOIN cells USING (day_number)
    JOIN by_day_hour USING (day_number, hour) GROUP BY ALL ORDER BY ALL;

-- payments
SELECT month, method, sum(orders), sum(amount) FROM by_payment_day JOIN calendar USING (day_number) GROUP BY ALL
    ORDER BY ALL;

-- season
SELECT category, m, net / sum(net) OVER (PARTITION BY m) FROM (SELECT category, month % 12 AS m, sum(net) AS net
    FROM by_category_month WHERE month BETWEEN 24322 - 24 AND 24321 GROUP BY ALL) ORDER BY category, m;

-- preferences
SELECT category, sum(customers) FILTER (orders > 0), sum(net), (SELECT count(*) FROM by_customer WHERE orders > 0)
    FROM by_category_orders GROUP BY category ORDER BY 2 DESC;

-- loyalty
SELECT least(orders, 51), count(*), sum(orders), sum(net) FROM by_customer WHERE orders > 0 GROUP BY 1 ORDER BY 1;

-- value
SELECT c.month, count(*), sum(orders), sum(net) FROM by_customer JOIN calendar c ON c.day_number = first_number
    GROUP BY ALL ORDER BY ALL;

-- liability
SELECT month, kind, sum(amount) FROM entries WHERE book = 'points' GROUP BY ALL ORDER BY ALL;
