-- How many of all customers bought each thing: those asked about are all of them.
SELECT name, product, customers
FROM bought
WHERE customers > 0
