"""From a file's text to sales, in DuckDB: read each distinct value once, then work on all rows at once.

The tables, in order: raw_1 (the file), read_1_<field> (each distinct text of a mapped column and what it means);
then of all files together `rows` (what each row says), `faults` (what is wrong with it), `sales` (the rows of
a sale as one), `refused` (sales with a fault), `heads` and `payments` (sales to record), `answered` (what recording has
to say against them). Of files with customers alone each row is a "sale" without money (profiles.py).
Amounts are kept in millionths of the minor unit (`_micro`) until they are rounded once.
"""
