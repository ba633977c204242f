"""Figures on the pages: reports with their scope, chart and tables, and the day that is going on."""
