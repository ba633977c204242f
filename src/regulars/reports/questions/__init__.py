"""A folder for each report: `query.sql` and what it means in `shape.py`. The folder's `REPORT` is all that is read."""
