"""The operator's door: every command of docs/reference/cli.md. No rule lives here."""
