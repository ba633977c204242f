"""Names of tiers and sets: plain enough to stand in a ladder and in a rule."""

from regulars.core.checks import text_fit
from regulars.core.text import marked as _
from regulars.groups.errors import BadTierName

# They separate the tiers of a ladder, the name from the rule, and the set from the tier in "Loyalty: Gold".
_SEPARATORS = frozenset(":;\"'")
LONGEST_TIER = 64


def tier_name_checked(name: str) -> str:
    """The name without stray blanks. Raises BadTierName, TextUnfit."""
    clean = text_fit(name, field=_("name of a tier or a set"), longest=LONGEST_TIER, least=1)
    if _SEPARATORS & set(clean):
        raise BadTierName(name=clean)
    return clean


def tier_shown(set_name: str, name: str) -> str:
    """A tier as it is told from those of other sets."""
    return f"{set_name}: {name}"
