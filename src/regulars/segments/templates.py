"""Ready rules to begin with: what most shops ask first. Names and reasons are marked for translation."""

from typing import NamedTuple

from regulars.core.text import marked as _


class Template(NamedTuple):
    """A rule, or a ladder of tiers, that somebody may take as it is or change first."""

    slug: str
    name: str
    text: str
    why: str


SEGMENT_TEMPLATES = (
    Template(
        "lapsing",
        _("Lapsing"),
        "last_order < 60 days ago",
        _("Bought before, but not for 60 days: the first to be written to."),
    ),
    Template(
        "best",
        _("Best customers"),
        "spent in last 12 months >= 2000 and orders in last 12 months >= 4",
        _("Spent much and came often in a year: those nobody should lose."),
    ),
    Template(
        "birthdays",
        _("Birthdays next week"),
        "birthday in next 7 days",
        _("Have a birthday in the seven days that begin today; everybody moves on by midnight."),
    ),
    Template(
        "new",
        _("New this month"),
        "first_order in last 30 days",
        _("Ordered for the first time in the last 30 days: a second visit makes a regular."),
    ),
    Template(
        "weekly",
        _("Weekly regulars"),
        "visits in last 28 days >= 4",
        _("Came at least four times in four weeks: they notice everything."),
    ),
)
TIER_TEMPLATE = Template(
    "loyalty",
    _("Loyalty"),
    "Standard: spent < 500; Gold: spent between 500 and 2000; Platinum: spent > 2000",
    _("Three tiers by what was spent: everybody begins in the first."),
)


def segment_template(slug: str) -> Template | None:
    """The template of that slug; None where there is none."""
    return next((each for each in SEGMENT_TEMPLATES if each.slug == slug), None)
