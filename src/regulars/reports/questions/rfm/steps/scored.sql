-- Each buyer's scores, 1 + floor(5 * worse / n), in whole numbers.
SELECT
    customer,
    last_day,
    orders,
    net,
    1 + CASE WHEN r >= n THEN 1 ELSE 0 END + CASE WHEN r >= 2 * n THEN 1 ELSE 0 END
        + CASE WHEN r >= 3 * n THEN 1 ELSE 0 END + CASE WHEN r >= 4 * n THEN 1 ELSE 0 END AS r,
    1 + CASE WHEN f >= n THEN 1 ELSE 0 END + CASE WHEN f >= 2 * n THEN 1 ELSE 0 END
        + CASE WHEN f >= 3 * n THEN 1 ELSE 0 END + CASE WHEN f >= 4 * n THEN 1 ELSE 0 END AS f,
    1 + CASE WHEN m >= n THEN 1 ELSE 0 END + CASE WHEN m >= 2 * n THEN 1 ELSE 0 END
        + CASE WHEN m >= 3 * n THEN 1 ELSE 0 END + CASE WHEN m >= 4 * n THEN 1 ELSE 0 END AS m
FROM worse
