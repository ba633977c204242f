"""The addresses, one file for each kind of thing. A route calls one selector or service and shapes its answer."""
