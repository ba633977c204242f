"""What goes in and out, as JSON: money, quantities and prices are decimal text, days ISO, unknown is null or ""."""
