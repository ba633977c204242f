"""What other rooms may not take away while a policy names it."""

from collections.abc import Sequence

from regulars.balances.inforce import policies_now
from regulars.core.text import marked as _
from regulars.groups.using import use_declare


def _users(group_id: int) -> Sequence[str]:
    """A tier that the latest policies name stays."""
    versions = policies_now().versions
    return [_("the loyalty policy")] if any(group_id in version.tiers for version in versions[-2:]) else []


use_declare(_users)
