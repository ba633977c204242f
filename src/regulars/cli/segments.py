"""`regulars segments`"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial

import click

from regulars.access.rules import OPERATOR
from regulars.cli.base import Row, ShopCommand, customers_told, format_option, money, now, show_json, show_rows
from regulars.cli.exporting import segments_export
from regulars.core.text import marked as _
from regulars.customers.selectors import customer_find
from regulars.groups.history import group_history
from regulars.groups.selectors import group_get, members_page
from regulars.groups.services import group_delete
from regulars.lake.engines import ENGINES, engine_named
from regulars.sales.listing import MOST_ROWS, customer_rows
from regulars.sales.selectors import business_get, business_today
from regulars.segments.errors import BadDays
from regulars.segments.language.explaining import Explanation, explanation_form
from regulars.segments.midnight import days_catch_up
from regulars.segments.previewing import rule_count_copied
from regulars.segments.selectors import (
    rule_count,
    rule_customers,
    rule_explained,
    rule_told,
    segment_get,
    segments_list,
)
from regulars.segments.services import segment_save

_DATE = click.DateTime(["%Y-%m-%d"])
_CUSTOMER = ("id", "code", "name", "spent", "orders", "last_order")
as_of_option = click.option("--as-of", type=_DATE, metavar="DATE", help="By the sales up to the end of this past day.")
limit_option = click.option("--limit", default=50, show_default=True, type=click.IntRange(1, MOST_ROWS))


@click.group()
def segments() -> None:
    """Rules over what is known of customers, and who meets them.

    RULE is a text such as 'spent >= 5000 and last_order < 60 days ago', or the name of a segment.
    """


segments.add_command(segments_export)


@segments.command("count", cls=ShopCommand)
@click.argument("rule")
@as_of_option
@click.option(
    "--engine", type=click.Choice(["store", *ENGINES]), default="store", show_default=True,
    help="What is asked: the database, or a columnar copy made for it, read by DuckDB or Spark.",
)  # fmt: skip
@format_option
def segments_count(rule: str, as_of: datetime | None, engine: str, form: str) -> None:
    """Count the customers who meet RULE."""
    day = as_of.date() if as_of else None
    ask = rule_count if engine == "store" else partial(rule_count_copied, engine=engine_named(engine))
    count = ask(rule_told(rule), as_of=day, at=now(), visible_to=OPERATOR)
    if form == "table":
        click.echo(count)
    else:
        columns = ("rule", "as_of", "customers")
        show_rows([{"rule": rule, "as_of": day, "customers": count}], form=form, columns=columns)


@segments.command("list", cls=ShopCommand)
@click.argument("rule", required=False)
@as_of_option
@limit_option
@format_option
def segments_listed(rule: str | None, as_of: datetime | None, limit: int, form: str) -> None:
    """List the customers who meet RULE; without one, the segments."""
    if rule is None:
        rows = [
            {
                "name": each.group.name, "customers": each.group.size, "change_30_days": each.change,
                "rule": each.text, "description": each.group.description,
            }
            for each in segments_list(at=now(), visible_to=OPERATOR)
        ]  # fmt: skip
        show_rows(rows, form=form, columns=("name", "customers", "change_30_days", "rule", "description"))
        return
    day = as_of.date() if as_of else None
    ids = rule_customers(rule_told(rule), as_of=day, at=now(), visible_to=OPERATOR)
    show_rows(list(_customers(ids[:limit])), form=form, columns=_CUSTOMER)
    _tell_rest(len(ids), limit, form)


@segments.command("explain", cls=ShopCommand)
@click.argument("rule")
@click.argument("customer")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def segments_explain(rule: str, customer: str, form: str) -> None:
    """Say why CUSTOMER meets RULE or does not, how far it is, and when it changes by itself."""
    found = customer_find(customer, country=business_get().country, visible_to=OPERATOR)
    explanation = rule_explained(rule_told(rule), found, at=now(), visible_to=OPERATOR)
    if form == "json":
        show_json(explanation_form(explanation))
        return
    verdict = _("meets the rule") if explanation.holds else _("does not meet the rule")
    click.echo(f"Customer {found} {verdict}.")
    for line in _explained(explanation, 1):
        click.echo(line)


@segments.command("save", cls=ShopCommand)
@click.argument("name")
@click.argument("rule")
@click.option("--description", help="What the segment is for.")
@click.option("--tell", is_flag=True, help="Let webhooks and offers hear of those who move now.")
def segments_save(name: str, rule: str, description: str | None, tell: bool) -> None:
    """Save RULE as the segment NAME; from now on its members follow every sale and every midnight."""
    saved = segment_save(name, rule, description=description, is_told=tell, actor=OPERATOR, at=now())
    done = "is saved" if saved.is_new else "has this rule now"
    click.echo(f'The segment "{name}" {done}: {customers_told(saved.entered)} entered, {saved.left:,} left.')


@segments.command("show", cls=ShopCommand)
@click.argument("name")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def segments_show(name: str, form: str) -> None:
    """Show the rule and the size of the segment NAME."""
    shown = segment_get(name, at=now(), visible_to=OPERATOR)
    if form == "json":
        show_json(
            {
                "name": shown.group.name, "rule": shown.text, "form": shown.form,
                "description": shown.group.description, "customers": shown.group.size, "change_30_days": shown.change,
                "turns_with_time": shown.turns_with_time, "edited_at": shown.edited_at, "edited_by": shown.edited_by,
            }
        )  # fmt: skip
        return
    click.echo(f"{shown.group.name}: {shown.text}")
    if shown.group.description:
        click.echo(shown.group.description)
    click.echo(f"{customers_told(shown.group.size)}, {shown.change:+,} in the last 30 days.")
    if shown.turns_with_time:
        click.echo("Time alone can move customers: every midnight of the business looks at it.")


@segments.command("history", cls=ShopCommand)
@click.argument("name")
@click.option("--from", "first", type=_DATE, metavar="DATE", help="The first day; default: 30 days ago.")
@click.option("--to", "last", type=_DATE, metavar="DATE", help="The last day; default: today.")
@format_option
def segments_history(name: str, first: datetime | None, last: datetime | None, form: str) -> None:
    """Show the size of the segment, group or tier NAME day by day, and who entered and left for which reasons."""
    ends = last.date() if last else business_today(at=now())
    begins = first.date() if first else ends - timedelta(days=30)
    if begins > ends:
        raise BadDays(first=begins, last=ends)
    group = group_get(name, visible_to=OPERATOR)
    told = group_history(group.id, first=begins, last=ends, visible_to=OPERATOR)
    reasons: dict[date, list[str]] = {}
    for each in told.movements:
        way = "entered" if each.is_entry else "left"
        reasons.setdefault(each.day, []).append(f"{each.customers:,} {way}: {each.reason}")
    rows = [{**each._asdict(), "reasons": reasons.get(each.day, [])} for each in told.sizes]
    # Days on which nothing happened say nothing to people.
    shown = [row for row in rows if form != "table" or row["reasons"] or row in (rows[0], rows[-1])]
    show_rows(shown, form=form, columns=("day", "size", "entered", "left", "reasons"))


@segments.command("members", cls=ShopCommand)
@click.argument("name")
@limit_option
@click.option("--cursor", help="Where the part before ended, as it was told.")
@format_option
def segments_members(name: str, limit: int, cursor: str | None, form: str) -> None:
    """List who is in the segment, group or tier NAME, the newest members first."""
    group = group_get(name, visible_to=OPERATOR)
    page = members_page(group.id, limit=limit, cursor=cursor, visible_to=OPERATOR)
    rows = [row._asdict() for row in page.rows]
    show_rows(rows, form=form, columns=("customer_id", "code", "name", "since", "pinned_by"))
    if page.next_cursor:
        click.echo(f"There are more: --cursor {page.next_cursor}", err=True)


@segments.command("delete", cls=ShopCommand)
@click.argument("name")
def segments_delete(name: str) -> None:
    """Delete the segment NAME and its history; refused while a rule names it."""
    shown = segment_get(name, at=now(), visible_to=OPERATOR)
    group_delete(shown.group.id, actor=OPERATOR, at=now())
    click.echo(f'The segment "{shown.group.name}" is gone.')


@segments.command("midnight", cls=ShopCommand)
def segments_midnight() -> None:
    """Do now what `serve` and `worker` do at midnight: move whoever time alone moves, for every day that was missed."""
    moved = days_catch_up(at=now())
    click.echo(f"{customers_told(moved)} moved." if moved else "Nobody is to be moved by the day.")


def _customers(ids: list[int]) -> Iterator[Row]:
    currency = business_get().currency
    for row in customer_rows(ids, parts=()):
        plain = {name: getattr(row, name) for name in _CUSTOMER}
        yield plain | {"spent": money(row.spent, currency=currency)}


def _tell_rest(count: int, limit: int, form: str) -> None:
    if count > limit and form == "table":
        click.echo(f"... and {count - limit:,} more; --limit shows them.")


def _explained(explanation: Explanation, depth: int) -> Iterator[str]:
    """A line for each part: whether it holds, what is so, what would flip it, when it flips by itself."""
    words = {"all": "all of these", "any": "one of these", "not": "not this"}
    indent = "  " * depth
    parts = [f"{indent}{'yes' if explanation.holds else 'no ':3} {words.get(explanation.kind, explanation.text)}"]
    if explanation.value:
        parts.append(f"it is {explanation.value}")
    if explanation.nearest:
        parts.append(explanation.nearest)
    if explanation.turns_on:
        parts.append(f"changes by itself on {explanation.turns_on}")
    yield "; ".join(parts)
    for each in explanation.parts:
        yield from _explained(each, depth + 1)
