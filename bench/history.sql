-- A chain's history of three years, made by arithmetic on hashes: the same again wherever it is made.
-- Statements are named by the comment above them; `{sales}` and `{customers}` are sizes, `{month}` the month made.

-- shape: how many sales each day has: the weekend, December and growth show
CREATE TABLE days AS WITH
    span AS (SELECT DATE '2023-11-22' + CAST(i AS INTEGER) AS day, i FROM range(1096) t(i)),
    weighed AS (SELECT day, i, (0.75 + 0.5 * i / 1096) * (1 + 0.15 * sin(i / 58.0))
        * CASE month(day) WHEN 12 THEN 1.5 WHEN 1 THEN 0.8 ELSE 1.0 END
        * CASE isodow(day) WHEN 6 THEN 1.5 WHEN 7 THEN 1.2 WHEN 5 THEN 1.15 ELSE 0.95 END AS weight FROM span),
    counted AS (SELECT *, CAST({sales} * weight / (SELECT sum(weight) FROM weighed) AS BIGINT) AS sales FROM weighed)
    SELECT day, CAST(day - DATE '1970-01-01' AS INTEGER) AS day_number,
        CAST(year(day) * 12 + month(day) - 1 AS INTEGER) AS month, CAST(isodow(day) AS INTEGER) AS weekday, sales,
        CAST(1 + sum(sales) OVER (ORDER BY day) - sales AS BIGINT) AS first_sale FROM counted;

CREATE TABLE products AS SELECT CAST(p AS INTEGER) AS product, 'SKU-' || p AS sku, 'Product ' || p AS name,
    'Category ' || ((p - 1) % 40 + 1) AS category, 'Brand ' || (hash(p, 51) % 90 + 1) AS brand,
    CAST(150 + hash(p, 50) % 9850 AS BIGINT) AS price FROM range(1, 5001) t(p);

-- Who comes when: a third were there before, some leave.
CREATE MACRO chance(i, salt) AS hash(i, salt) / 18446744073709551616.0;
CREATE MACRO begun(c) AS CASE WHEN hash(c, 20) % 100 < 35 THEN 0 ELSE CAST(hash(c, 21) % 1080 AS INTEGER) END;
CREATE MACRO gone(c) AS CASE WHEN hash(c, 22) % 100 < 40 THEN begun(c) + 60 + CAST(hash(c, 23) % 700 AS INTEGER)
    ELSE 2000 END;
CREATE MACRO drawn(i, salt) AS 1 + (CAST(floor(pow(chance(i, salt), 2.5) * {customers}) AS BIGINT) * 7919)
    % {customers};
CREATE MACRO here(c, day) AS CASE WHEN day BETWEEN begun(c) AND gone(c) THEN c END;
CREATE MACRO home(c) AS CAST(1 + floor(39 * pow(chance(c, 30), 1.6)) AS INTEGER);

-- sales of a month
CREATE OR REPLACE TEMP TABLE made AS WITH
    numbered AS (SELECT first_sale + unnest(range(sales)) AS sale, day, day_number, month, weekday FROM days
        WHERE month = {month}),
    known AS (SELECT *, day_number - 19683 AS since, CASE WHEN hash(sale, 1) % 100 < 78 THEN
        COALESCE(here(drawn(sale, 2), since), here(drawn(sale, 3), since), here(drawn(sale, 4), since)) END AS customer
        FROM numbered),
    placed AS (SELECT *, CASE WHEN hash(sale, 5) % 10 = 0 THEN 'online' ELSE 'in_store' END AS channel,
        CASE WHEN hash(sale, 6) % 20 = 0 THEN 'return' ELSE 'sale' END AS kind FROM known)
    SELECT *, CASE WHEN channel = 'online' THEN 40 WHEN customer IS NOT NULL AND hash(sale, 7) % 100 < 75 THEN
        home(customer) ELSE CAST(1 + floor(39 * pow(chance(sale, 8), 1.6)) AS INTEGER) END AS store,
        CAST(CASE WHEN hash(sale, 9) % 100 < 35 THEN 16 + hash(sale, 10) % 3 ELSE 8 + hash(sale, 11) % 12 END
            AS INTEGER) AS hour,
        CAST(CASE WHEN kind = 'sale' THEN 1 + hash(sale, 12) % 5 ELSE 1 + hash(sale, 12) % 2 END AS BIGINT) AS many FROM placed;

CREATE OR REPLACE TEMP TABLE made_lines AS WITH
    numbered AS (SELECT *, CAST(unnest(range(1, many + 1)) AS INTEGER) AS n FROM made),
    chosen AS (SELECT *, CASE WHEN customer IS NOT NULL AND hash(sale, n, 13) % 100 < 35
        THEN CAST(hash(customer, 40) % 40 AS INTEGER)
        ELSE CAST(floor(40 * pow(hash(sale, n, 14) / 18446744073709551616.0, 1.4)) AS INTEGER) END AS aisle
        FROM numbered),
    taken AS (SELECT *, CAST(1 + aisle + 40 * floor(125 * pow(hash(sale, n, 15) / 18446744073709551616.0, 1.8))
        AS INTEGER) AS product,
        CASE WHEN kind = 'sale' THEN 1 ELSE -1 END * CASE WHEN hash(sale, n, 16) % 10 < 8 THEN 1
            ELSE 1 + CAST(hash(sale, n, 17) % 3 AS BIGINT) END AS pieces, hash(sale, n, 18) % 10 = 0 AS is_cheap
        FROM chosen)
    SELECT t.*, p.category, p.brand, pieces * 1000 AS quantity,
        CAST(CASE WHEN is_cheap THEN pieces * (p.price // 10) ELSE 0 END AS BIGINT) AS discount,
        CAST(pieces * p.price - CASE WHEN is_cheap THEN pieces * (p.price // 10) ELSE 0 END AS BIGINT) AS net
    FROM taken t JOIN products p USING (product);

CREATE OR REPLACE TEMP TABLE made_sales AS WITH
    summed AS (SELECT sale, CAST(sum(net) AS BIGINT) AS net, CAST(sum(discount) AS BIGINT) AS discount,
        CAST(sum(quantity) AS BIGINT) AS units FROM made_lines GROUP BY sale)
    SELECT m.*, s.net, s.discount, s.units FROM made m JOIN summed s USING (sale);

-- file: sales
SELECT sale, 'S-' || sale AS number, store, CAST(store * 10 + hash(sale, 60) % 4 AS INTEGER) AS register, channel,
    customer, kind, day, day_number, month, weekday, hour, CAST(hash(sale, 61) % 60 AS INTEGER) AS minute, net,
    CAST(net * 16 // 116 AS BIGINT) AS tax, discount, units FROM made_sales ORDER BY sale;

-- file: lines
SELECT sale, n, product, category, brand, quantity, net, discount, kind, channel, store, customer, day, day_number,
    month FROM made_lines ORDER BY sale, n;

-- file: payments
SELECT sale, n, method, amount, 'completed' AS status, kind, channel, store, customer, day, day_number, month FROM (
    SELECT *, CAST(1 AS INTEGER) AS n, CASE hash(sale, 62) % 5 WHEN 0 THEN 'cash' WHEN 1 THEN 'mobile' ELSE 'card' END
        AS method, CASE WHEN hash(sale, 63) % 10 = 0 THEN net - net // 3 ELSE net END AS amount FROM made_sales
    UNION ALL SELECT *, CAST(2 AS INTEGER) AS n, 'voucher' AS method, net // 3 AS amount FROM made_sales
        WHERE hash(sale, 63) % 10 = 0) ORDER BY sale, n;

-- file: entries
SELECT sale * 2 AS id, customer, 'points' AS book, CASE WHEN net >= 0 THEN 'earn' ELSE 'earn_back' END AS kind,
    CAST(net // 100 AS BIGINT) AS amount, day, month, day + 365 AS expires_day, CAST(sale AS VARCHAR) AS sale
    FROM made_sales WHERE customer IS NOT NULL AND hash(customer, 70) % 10 < 4
UNION ALL SELECT sale * 2 + 1, customer, 'points', 'spend', CAST(-net // 150 AS BIGINT), day, month, NULL,
    CAST(sale AS VARCHAR) FROM made_sales WHERE customer IS NOT NULL AND hash(customer, 70) % 10 < 4
    AND hash(sale, 71) % 8 = 0 AND net > 0 ORDER BY id;

-- whole: customers
SELECT c AS customer, CAST(DATE '2023-11-22' + CAST(begun(c) AS INTEGER) - CASE WHEN begun(c) = 0
    THEN CAST(hash(c, 80) % 1000 AS INTEGER) ELSE 0 END AS DATE) AS joined,
    CASE hash(c, 81) % 4 WHEN 0 THEN 'import' WHEN 1 THEN 'web' ELSE 'till' END AS source,
    CASE hash(c, 82) % 5 WHEN 0 THEN '' WHEN 1 THEN 'male' WHEN 2 THEN 'male' ELSE 'female' END AS gender,
    CASE WHEN hash(c, 83) % 10 < 3 THEN '' WHEN hash(c, 83) % 10 < 9 THEN 'KE' ELSE 'UG' END AS country,
    CASE WHEN hash(c, 83) % 10 < 3 THEN '' ELSE 'Region ' || (hash(c, 84) % 8 + 1) END AS region,
    CASE WHEN hash(c, 83) % 10 < 3 THEN '' ELSE 'City ' || (hash(c, 84) % 60 + 1) END AS city,
    CASE WHEN hash(c, 83) % 10 < 5 THEN '' ELSE '00' || (hash(c, 85) % 300) END AS postcode_area,
    TRUE AS is_active FROM range(1, {customers} + 1) t(c) ORDER BY c;

-- whole: products
SELECT product, sku, name, category, brand, price FROM products ORDER BY product;

-- whole: stores
SELECT CAST(s AS INTEGER) AS store, CASE WHEN s = 40 THEN 'Web shop' ELSE 'Store ' || s END AS name,
    'City ' || ((s - 1) % 12 + 1) AS city, 'Region ' || ((s - 1) % 8 + 1) AS region, 'KE' AS country
    FROM range(1, 41) t(s) ORDER BY s;

-- whole: stock
SELECT product, CAST(s AS INTEGER) AS store, CAST(hash(product, s, 90) % 200 * 1000 AS BIGINT) AS on_hand
    FROM products, range(1, 41) t(s) WHERE hash(product, s, 91) % 10 < 9 ORDER BY product, s;

-- whole: groups
SELECT * FROM (VALUES (CAST(1 AS INTEGER), 'Silver', TRUE, 'Club'), (CAST(2 AS INTEGER), 'Gold', TRUE, 'Club'),
    (CAST(3 AS INTEGER), 'Newsletter', FALSE, '')) t("group", name, is_tier, tier_set) ORDER BY 1;

-- whole: tiers
SELECT c AS customer, CAST(CASE WHEN hash(c, 100) % 4 = 0 THEN 2 ELSE 1 END AS INTEGER) AS "group",
    'Club' AS tier_set, CAST(DATE '2023-11-22' + CAST(begun(c) AS INTEGER) + 30 AS DATE) AS since
    FROM range(1, {customers} + 1) t(c) WHERE hash(c, 70) % 10 < 4 ORDER BY c;

-- whole: membership_changes
SELECT c AS id, CAST(CASE WHEN hash(c, 100) % 4 = 0 THEN 2 ELSE 1 END AS INTEGER) AS "group", c AS customer,
    CAST(DATE '2023-11-22' + CAST(begun(c) AS INTEGER) + 30 AS DATE) AS day, TRUE AS is_entry, 'rule' AS reason
    FROM range(1, {customers} + 1) t(c) WHERE hash(c, 70) % 10 < 4 ORDER BY c;

-- whole: offers
SELECT CAST(o AS INTEGER) AS offer, 'Offer ' || o AS name FROM range(1, 9) t(o) ORDER BY o;
