-- A shop of {customers} customers and {sales} sales as the columnar copy holds it, every integer a BIGINT as there;
-- some buy often, most seldom.

CREATE TABLE stores AS SELECT i AS store, 'Store ' || i AS name, 'City ' || (i % 4) AS city FROM range(1, 21) t(i);

CREATE TABLE product_names AS SELECT i AS product, 'SKU-' || i AS name FROM range(2000) t(i);

CREATE TABLE wordings AS SELECT DISTINCT 'Category ' || (i % 40) AS category, 'Brand ' || (i % 90) AS brand FROM
    range(2000) t(i);

CREATE TABLE customers AS SELECT i AS customer, CASE WHEN hash(i, 1) % 10 < 6 THEN DATE '1945-01-01' + CAST(hash(i,
    2) % 22000 AS INTEGER) END AS birth_date, ['female', 'male', ''][1 + CAST(hash(i, 3) % 3 AS INTEGER)] AS gender,
    'en' AS language, DATE '2023-11-22' + CAST(hash(i, 4) % 1090 AS INTEGER) AS joined, 'till' AS source FROM
    range({customers}) t(i);

CREATE TABLE places AS SELECT i AS customer, 'Town ' || (hash(i, 5) % 400) AS city, '' AS region, ['KE', 'UG',
    'TZ'][1 + CAST(hash(i, 6) % 3 AS INTEGER)] AS country, '' AS postcode FROM range({customers}) t(i) WHERE hash(i,
    7) % 10 < 7;

CREATE TABLE tags AS SELECT i AS customer, 'regular' AS tag FROM range({customers}) t(i) WHERE hash(i, 8) % 5 = 0;

CREATE TABLE contacts AS SELECT i AS customer, 'phone' AS kind FROM range({customers}) t(i);

CREATE TABLE consents AS SELECT i AS customer, 'sms' AS channel FROM range({customers}) t(i) WHERE hash(i, 9) % 3 =
    0;

CREATE TABLE members AS SELECT i AS customer, 1::BIGINT AS group_id FROM range({customers}) t(i) WHERE hash(i, 10) %
    50 = 0;

CREATE TABLE pins AS SELECT i AS customer, 1::BIGINT AS group_id, 1::BIGINT AS is_in FROM range(10) t(i);

CREATE TABLE sales AS SELECT CAST({customers} * pow((hash(i, 11) % 1000000) / 1e6, 2) AS BIGINT) % {customers} AS
    customer, i AS sale, CASE WHEN hash(i, 12) % 40 = 0 THEN 'return' ELSE 'sale' END AS kind, DATE '2023-11-22' +
    CAST(i * 1096 // {sales} AS INTEGER) AS day, 1::BIGINT AS weekday, CAST(8 + hash(i, 13) % 12 AS BIGINT) AS hour,
    CAST(1 + hash(i, 14) % 20 AS BIGINT) AS store, CASE WHEN hash(i, 15) % 9 = 0 THEN 'online' ELSE 'in_store' END
    AS channel, CAST(100 + hash(i, 16) % 90000 AS BIGINT) * CASE WHEN hash(i, 12) % 40 = 0 THEN -1 ELSE 1 END AS
    amount, amount AS net, amount // 7 AS tax, 0::BIGINT AS discount, amount AS units FROM range({sales}) t(i);

UPDATE sales SET weekday = isodow(day);

CREATE TABLE lines AS SELECT s.* EXCLUDE (net, tax, discount, units), CAST(hash(s.sale, n) % 2000 AS BIGINT) AS
    product, 'Category ' || (hash(s.sale, n) % 2000 % 40) AS category, 'Brand ' || (hash(s.sale, n) % 2000 % 90) AS
    brand, s.net // 2 AS net, s.tax // 2 AS tax, 0::BIGINT AS discount, 1000::BIGINT AS units FROM sales s, range(2)
    t(n);

CREATE TABLE payments AS SELECT sale, CASE WHEN hash(sale, 17) % 3 = 0 THEN 'cash' ELSE 'card' END AS method, day FROM
    sales;

CREATE TABLE facts AS SELECT c.customer, coalesce(sum(s.net), 0)::BIGINT AS spent, count(*) FILTER (s.kind = 'sale')
    AS orders, count(DISTINCT (s.store, s.day)) FILTER (s.kind = 'sale') AS visits, coalesce(sum(s.units),
    0)::BIGINT AS units, coalesce(-sum(s.net) FILTER (s.kind = 'return'), 0)::BIGINT AS returned, 0::BIGINT AS
    discount, min(s.day) FILTER (s.kind = 'sale') AS first_order, max(s.day) FILTER (s.kind = 'sale') AS last_order
    FROM customers c LEFT JOIN sales s ON s.customer = c.customer GROUP BY c.customer;

CREATE TABLE made AS SELECT '2026-11-21T12:00:00+00:00' AS moment, 1.0 AS seconds;
