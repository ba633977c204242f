"""The segment language: text, tree and JSON, and what a rule means. Pure Python, without Django or any engine."""
