"""Who came into groups and tiers, who left, and why."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from regulars.core.text import marked as _
from regulars.reports.beginning import begun
from regulars.reports.shape import Answered, Chart, Column, Mark, Needs, Part, Report, Unit, Words

if TYPE_CHECKING:
    import pyarrow as pa

_WHAT = {"entered": _("entered"), "left": _("left")}
_REASONS = {
    "sale": _("a sale"), "return": _("a return"), "profile": _("a change of the profile"), "date": _("the date"),
    "balance": _("a balance"), "merge": _("a merge"), "first build": _("the rule was new"),
    "rule edited": _("the rule was edited"), "pinned": _("pinned"), "import": _("an import"), "by hand": _("by hand"),
}  # fmt: skip
# Here the rule moved, not the customers.
_BY_RULE = ("first build", "rule edited")


def _begun(tables: "Mapping[str, pa.Table]", _bound: Mapping[str, Any]) -> "Mapping[str, pa.Table]":
    return {**tables, "query": begun(tables["query"], of="group_id")}


def _finding(answered: Answered, words: Words) -> str:
    if not any(row["entered"] or row["left_it"] for row in answered["query"]):
        return words.text(_("Nobody entered or left a group in this span."))
    entered, left = _moved(answered, "entered"), _moved(answered, "left")
    if not entered and not left:
        return words.text(_("Rules were new or edited; otherwise nobody entered or left a group in this span."))
    net = {group: entered.get(group, 0) - left.get(group, 0) for group in entered | left}
    group, most = max(net.items(), key=lambda each: (abs(each[1]), -each[0]))
    if most == 0:
        return words.text(_("No group grew or shrank; as many left as entered."))
    told = (
        words.text(_("%(group)s grew most, by %(net)s: %(entered)s entered, %(left)s left."))
        if most > 0
        else words.text(_("%(group)s shrank most, by %(net)s: %(left)s left, %(entered)s entered."))
    )
    return told % {
        "group": words.group(group),
        "net": words.number(abs(most)),
        "entered": words.number(entered.get(group, 0)),
        "left": words.number(left.get(group, 0)),
    }


def _moved(answered: Answered, what: str) -> dict[int, int]:
    """How often somebody entered (or left) each group by what they did themselves."""
    moved: dict[int, int] = {}
    for row in answered["reasons"]:
        if row["what"] == what and row["reason"] not in _BY_RULE:
            moved[row["group_id"]] = moved.get(row["group_id"], 0) + row["changes"]
    return moved


REPORT = Report(
    key="flows",
    question=_("Who moves into and out of our groups?"),
    title=_("Segment flows"),
    definition=_(
        "From the history of memberships: members of each group at the start of a period, those who entered and left "
        "in it, members at its end; start + entered - left = end. Periods before the first member are left out. "
        "Somebody who enters twice counts twice. Why: the "
        "reason that each entry and each leaving was booked with. A move is an entry into a tier by somebody who came "
        "from another of the same set; a first tier is no move."
    ),
    parts=(
        Part(
            name="query",
            title=_("Groups, period by period"),
            columns=(
                Column("period", Unit.PERIOD, _("Period")),
                Column("group_id", Unit.GROUP, _("Group")),
                Column("at_start", Unit.COUNT, _("At the start")),
                Column("entered", Unit.COUNT, _("Entered")),
                Column("left_it", Unit.COUNT, _("Left")),
                Column("at_end", Unit.COUNT, _("At the end")),
            ),
            chart=Chart(Mark.LINES, x="period", y="at_end", colour="group_id"),
            behind="query.behind.sql",
            note=_(
                "Behind a row are those who entered or left. The sentence on top leaves out whom a new or edited rule "
                "moved."
            ),
        ),
        Part(
            name="reasons",
            title=_("Why they entered and left"),
            columns=(
                Column("group_id", Unit.GROUP, _("Group")),
                Column("what", Unit.WORD, _("What"), words=_WHAT),
                Column("reason", Unit.WORD, _("Why"), words=_REASONS),
                Column("changes", Unit.COUNT, _("How often")),
                Column("customers", Unit.COUNT, _("Customers")),
            ),
            behind="reasons.behind.sql",
        ),
        Part(
            name="moves",
            title=_("From tier to tier"),
            columns=(
                Column("tier_before", Unit.GROUP, _("From")),
                Column("tier", Unit.GROUP, _("To")),
                Column("moves", Unit.COUNT, _("Moves")),
                Column("customers", Unit.COUNT, _("Customers")),
            ),
            chart=Chart(Mark.HEAT, x="tier", y="tier_before", colour="moves"),
            behind="moves.behind.sql",
        ),
    ),
    finding=_finding,
    computed=_begun,
    theme="loyalty",
    needs=frozenset({Needs.GROUPS}),
    compares=False,
)  # fmt: skip
