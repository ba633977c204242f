"""`regulars audit`"""

import re

import click

from regulars.access.auditing import AuditHead, audit_differences, audit_head
from regulars.access.rules import OPERATOR
from regulars.access.selectors import AuditFilter, audit_list
from regulars.cli.base import ShopCommand, format_option, show_rows
from regulars.core.errors import Invalid
from regulars.core.text import marked as _

_COLUMNS = ("n", "at", "actor", "actor_name", "verb", "subject_kind", "subject_id", "facts")


class BadSeal(Invalid):
    code = "cli.bad_seal"
    message = _('"%(value)s" is no seal; write what "regulars audit verify" printed, such as 120:3f9a...')


@click.group()
def audit() -> None:
    """The log of who did what."""


@audit.command("show", cls=ShopCommand)
@click.option("--actor", metavar="KEY", help="Such as person:3, token:5 or operator.")
@click.option("--verb", metavar="VERB", help="Such as customers.customer_edit.")
@click.option("--customer", type=int, metavar="ID", help="What was done with one customer.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="From this day on, UTC.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000))
@format_option
def audit_show(form: str, customer: int | None, limit: int, **narrow: object) -> None:
    """Show the newest entries."""
    wanted = AuditFilter(**narrow, subject_kind="customer" if customer is not None else None, subject_id=customer)  # type: ignore[arg-type]
    rows = [
        {name: getattr(entry, name) for name in _COLUMNS}
        for entry in audit_list(wanted, limit=limit, visible_to=OPERATOR)
    ]
    show_rows(rows, form=form, columns=_COLUMNS)


@audit.command("verify", cls=ShopCommand)
@click.option("--seal", metavar="N:SEAL", help="Noted down earlier: the log must have gone through it.")
@format_option
@click.pass_context
def audit_verify(ctx: click.Context, seal: str | None, form: str) -> None:
    """Hold every entry against its seal; list what was changed, and end with 1 if anything was."""
    rows = [{"finding": finding} for finding in audit_differences(kept=_seal_read(seal) if seal else None)]
    if rows or form != "table":
        show_rows(rows, form=form, columns=("finding",))
    else:
        head = audit_head()
        click.echo(f"All {head.n:,} entries are as they were written. Note the last seal down elsewhere, to see later")
        click.echo(f"whether the end was cut off:\n  {head.n}:{head.mac}")
    ctx.exit(1 if rows else 0)


def _seal_read(text: str) -> AuditHead:
    found = re.fullmatch(r"(\d+):([0-9a-f]{64})", text.strip())
    if not found:
        raise BadSeal(value=text)
    return AuditHead(int(found[1]), found[2])
