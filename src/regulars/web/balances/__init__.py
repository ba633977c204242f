"""Points, store credit and accounts on the pages."""
