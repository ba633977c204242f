"""What can be wrong with a segment or a ladder of tiers; what a rule can have wrong is in language/errors.py."""

from regulars.core.errors import Conflict, Invalid, NotFound
from regulars.core.text import marked as _


class SegmentCircle(Conflict):
    code = "segments.circle"
    message = _("A segment cannot hang on itself: %(circle)s.")


class SegmentTooLarge(Invalid):
    code = "segments.too_large"
    message = _(
        'With the rules that it names, "%(name)s" comes to more than %(most)s conditions, or they stand more than '
        "%(deepest)s deep inside one another; name fewer."
    )


class SegmentUnknown(NotFound):
    code = "segments.unknown"
    message = _('There is no segment "%(name)s"%(hint)s; see "regulars segments list".')


class NotASegment(Conflict):
    code = "segments.not_a_segment"
    message = _('"%(name)s" is no segment but a %(kind)s; choose another name.')


class TierSetUnknown(NotFound):
    code = "segments.tier_set_unknown"
    message = _('There are no tiers "%(name)s"%(hint)s; see "regulars tiers list".')


class LadderWrong(Invalid):
    code = "segments.ladder_wrong"
    message = _("The ladder cannot be read: %(reason)s.")


class LadderBroken(Invalid):
    code = "segments.ladder_broken"
    message = _("The ladder has gaps or overlaps: %(findings)s. Change it, or ask for it to be kept as it is.")


class TierInUse(Conflict):
    code = "segments.tier_in_use"
    message = _(
        'The tier "%(name)s" is not in the new ladder but is used by %(users)s; keep it, or change those first.'
    )


class BadDays(Invalid):
    code = "segments.bad_days"
    message = _("The days from %(first)s to %(last)s are none; the first must not be after the last.")


class NotInCopy(Invalid):
    code = "segments.not_in_copy"
    message = _("The columnar copy holds no custom fields, since they may name a person; ask the store instead.")
