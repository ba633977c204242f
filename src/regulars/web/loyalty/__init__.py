"""The loyalty policy on the pages: its form, its words, and what a change would do."""
