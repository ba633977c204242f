"""Rules follow the names of the groups they name, and stand in the way of deleting one."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from regulars.groups.using import Renamed, naming_declare, use_declare
from regulars.segments.language.forms import rule_form
from regulars.segments.language.reading import rule_read
from regulars.segments.live import live_now, live_read, version_renew
from regulars.segments.models import Segment, UpkeepState
from regulars.segments.resolving import Names, respelled, text_respelled


def names_respelled(before: Names, *, at: datetime) -> None:
    """Every rule names the groups it named `before`, by the names they have now; what is not a name stays as typed.

    Inside `writing()`, nobody else writing.
    """
    after = live_read(None).names
    texts = dict(Segment.objects.exclude(text="").values_list("group_id", "text"))
    for group, text in texts.items():
        # Read from the text: there every name knows its place.
        rule = rule_read(text)
        new = respelled(rule, before=before, after=after)
        if new != rule:
            told = text_respelled(text, rule, new)
            Segment.objects.filter(group_id=group).update(text=told, form=rule_form(new))
    if UpkeepState.objects.exists():
        version_renew(today=live_now().today(at))


def _follow(renamed: Sequence[Renamed], at: datetime) -> None:
    names_respelled(_as_before(live_read(None).names, renamed), at=at)


def _as_before(names: Names, renamed: Iterable[Renamed]) -> Names:
    """The groups as they were called before."""
    groups = dict(names.groups)
    for each in renamed:
        if each.before is None:
            groups.pop(each.group, None)
        elif each.group in groups:
            groups[each.group] = replace(groups[each.group], name=each.before)
    return Names(groups)


def _users(group_id: int) -> list[str]:
    return [f'"{user.shown}"' for user in live_now().names.users(group_id)]


use_declare(_users)
naming_declare(_follow)
