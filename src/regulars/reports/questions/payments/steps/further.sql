-- Most orders have one payment, the first. The others count where the first was made in another way, and once in each;
-- of some orders only a further one is left.
SELECT
    p.sale,
    p.day_number,
    p.customer,
    p.method,
    MAX(CASE WHEN f.method = p.method THEN 0 ELSE 1 END) AS is_other,
    MAX(CASE WHEN f.sale IS NULL THEN 1 ELSE 0 END) AS is_alone
FROM payments AS p
LEFT JOIN payments AS f ON f.sale = p.sale AND f.n = 1
WHERE p.n <> 1 AND p.kind = 'sale'
GROUP BY p.sale, p.day_number, p.customer, p.method
