"""Every command, under the name people type."""

from importlib import import_module

import click

from regulars import __version__

# Where each command is; loaded when it is called, so that none waits for the libraries of another.
COMMANDS = {
    "init": "shop:init",
    "upgrade": "shop:upgrade",
    "demo": "demo:demo",
    "import": "imports:import_command",
    "imports": "imports:imports",
    "customers": "customers:customers",
    "segments": "segments:segments",
    "groups": "groups:groups",
    "tiers": "tiers:tiers",
    "consent": "consent:consent",
    "quote": "quote:quote",
    "sales": "sales:sales",
    "balances": "balances:balances",
    "reports": "reports:reports",
    "lake": "lake:lake",
    "offers": "offers:offers",
    "price-books": "offers:price_books",
    "loyalty": "loyalty:loyalty",
    "stores": "stores:stores",
    "products": "products:products",
    "users": "users:users",
    "tokens": "tokens:tokens",
    "audit": "audit:audit",
    "verify": "shop:verify",
    "doctor": "shop:doctor",
    "serve": "serve:serve",
    "worker": "worker:worker",
}


class Commands(click.Group):
    """The group of all commands, each imported on its first use (click's own recipe for lazy loading)."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _colon, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"regulars.cli.{module}"), name)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="regulars")
def regulars() -> None:
    """The customer memory of a shop."""
