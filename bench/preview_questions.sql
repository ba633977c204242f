-- Rules, and under each the same question as somebody would put it who knows the tables.

-- spent >= 5000
SELECT count(*) FROM customers WHERE facts_spent >= 500000;

-- spent >= 5000 and last_order < 60 days ago
SELECT count(*) FROM customers WHERE facts_spent >= 500000 AND facts_last_order < DATE '2026-09-22';

-- orders in last 90 days >= 4
SELECT count(*) FROM (SELECT customer FROM sales WHERE day >= DATE '2026-08-24' AND day <= DATE '2026-11-21' AND
    kind = 'sale' GROUP BY customer HAVING count(*) >= 4);

-- spent(category = "Category 7") in last 30 days >= 50
SELECT count(*) FROM (SELECT customer FROM lines WHERE category = 'Category 7' AND day >= DATE '2026-10-23' AND day
    <= DATE '2026-11-21' GROUP BY customer HAVING sum(net) >= 5000);

-- last_order(brand = "Brand 9") < 2026-06-01
SELECT count(*) FROM (SELECT customer FROM lines WHERE brand = 'Brand 9' AND kind = 'sale' GROUP BY customer HAVING
    max(day) < DATE '2026-06-01');

-- age between 35 and 49 and gender = "male"
SELECT count(*) FROM customers WHERE customers_birth_date <= DATE '1991-11-21' AND customers_birth_date > DATE
    '1976-11-21' AND customers_gender = 'male';

-- birthday in next 7 days and consent = "sms"
SELECT count(*) FROM customers JOIN consents USING (customer) WHERE channel = 'sms' AND month(customers_birth_date)
    = 11 AND day(customers_birth_date) BETWEEN 21 AND 27;

-- orders(product = "SKU-1", channel = "online") >= 1
SELECT count(DISTINCT customer) FROM lines WHERE product = (SELECT product FROM product_names WHERE name = 'SKU-1')
    AND channel = 'online' AND kind = 'sale';

-- not (orders(product = "SKU-1", channel = "online") >= 1)
SELECT (SELECT count(*) FROM customers) - count(DISTINCT customer) FROM lines WHERE product = (SELECT product FROM
    product_names WHERE name = 'SKU-1') AND channel = 'online' AND kind = 'sale';

-- orders(store = "Store 3", weekday in ("sat", "sun")) in last 90 days >= 1
SELECT count(DISTINCT customer) FROM sales WHERE store = 3 AND weekday IN (6, 7) AND kind = 'sale' AND day >= DATE
    '2026-08-24' AND day <= DATE '2026-11-21';

-- average_order >= 300
SELECT count(*) FROM customers WHERE facts_orders > 0 AND facts_spent >= 30000 * facts_orders;

-- visits in last 12 months >= 12
SELECT count(*) FROM (SELECT customer FROM sales WHERE day >= DATE '2025-11-22' AND day <= DATE '2026-11-21' AND
    kind = 'sale' GROUP BY customer HAVING count(DISTINCT store * 10000000 + (day - DATE '1970-01-01')) >= 12);

-- city = "Town 12" and orders >= 3
SELECT count(*) FROM customers WHERE places_city = 'Town 12' AND facts_orders >= 3;

-- country != "KE"
SELECT (SELECT count(*) FROM customers) - count(*) FROM customers WHERE places_country = 'KE';

-- tag = "regular" and spent in last 30 days >= 100
SELECT count(*) FROM tags JOIN (SELECT customer FROM sales WHERE day >= DATE '2026-10-23' AND day <= DATE
    '2026-11-21' GROUP BY customer HAVING sum(net) >= 10000) USING (customer) WHERE tag = 'regular';

-- returned >= 100
SELECT count(*) FROM customers WHERE facts_returned >= 10000;

-- spent(payment = "cash") in last 30 days >= 200
SELECT count(*) FROM (SELECT s.customer FROM sales s WHERE s.day >= DATE '2026-10-23' AND s.day <= DATE '2026-11-21'
    AND s.sale IN (SELECT sale FROM payments WHERE method = 'cash') GROUP BY s.customer HAVING sum(s.net) >= 20000);

-- joined in last 30 days
SELECT count(*) FROM customers WHERE customers_joined >= DATE '2026-10-23' AND customers_joined <= DATE '2026-11-21';

-- orders in last 60 days = 0 and orders >= 1
SELECT count(*) FROM customers WHERE facts_orders >= 1 AND customer NOT IN (SELECT customer FROM sales WHERE day >=
    DATE '2026-09-23' AND day <= DATE '2026-11-21' AND kind = 'sale');

-- overdue > 3
SELECT count(*) FROM customers WHERE facts_orders > 1 AND facts_last_order > facts_first_order AND (DATE
    '2026-11-21' - facts_last_order) * (facts_orders - 1) > 3 * (facts_last_order - facts_first_order);
