"""What can be wrong with a group."""

from regulars.core.errors import Conflict, Invalid, NotFound
from regulars.core.text import marked as _


class GroupUnknown(NotFound):
    code = "groups.unknown"
    message = _('There is no group "%(name)s"%(hint)s; see "regulars groups list".')


class GroupAmbiguous(Conflict):
    code = "groups.ambiguous"
    message = _('"%(name)s" is a tier of several sets; write %(names)s.')


class GroupTaken(Conflict):
    code = "groups.taken"
    message = _('There is a group "%(name)s" already; choose another name.')


class GroupInUse(Conflict):
    code = "groups.in_use"
    message = _('"%(name)s" is used by %(users)s; change or delete those first.')


class GroupFilledByRule(Conflict):
    code = "groups.filled_by_rule"
    message = _('A rule says who is in "%(name)s"; pin customers in or out, or change the rule.')


class GroupFilledByHand(Conflict):
    code = "groups.filled_by_hand"
    message = _('"%(name)s" has no rule that a pin could overrule; add or remove members.')


class GroupOfSet(Conflict):
    code = "groups.of_set"
    message = _('"%(name)s" is a tier of %(set)s; change the ladder of the set.')


class DefaultTierPinnedOut(Conflict):
    code = "groups.default_tier_pinned_out"
    message = _('"%(name)s" takes whoever is in no other tier of its set; pin the customer into another instead.')


class BadTierName(Invalid):
    code = "groups.bad_tier_name"
    message = _('"%(name)s" cannot be a name of a tier or a set: leave out : and ; and quotes.')
