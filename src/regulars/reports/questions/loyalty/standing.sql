-- Whose points ever moved, and their standing: 2 where they have spent some, 1 where they have but earned some, else 0.
SELECT
    p.customer,
    CAST(CASE WHEN p.spent > 0 THEN 2 WHEN p.earned > 0 THEN 1 ELSE 0 END AS INTEGER) AS standing
FROM points AS p
