-- Where each customer lives, as it is now; the empty one is not known.
SELECT c.customer, c.country, c.region, c.city, c.postcode_area
FROM customers AS c
