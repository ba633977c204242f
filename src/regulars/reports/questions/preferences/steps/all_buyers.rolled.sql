-- How many of all customers ordered anything: those asked about are all of them.
SELECT number
FROM buyers
