-- What was in each customer's first order; when that was, after how many days the second came and what it came to.
SELECT
    l.customer, l.product,
    CAST(COUNT(*) AS BIGINT) AS parts,
    c.first_number,
    c.second_number - c.first_number AS days,
    c.second_net
FROM lines AS l
JOIN by_customer AS c ON c.first_sale = l.sale
WHERE l.kind = 'sale' AND l.quantity > 0
GROUP BY l.customer, l.product, c.first_number, c.second_number, c.second_net
