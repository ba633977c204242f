"""What can be wrong with a consent or a request."""

from regulars.core.errors import Conflict, Invalid, NotFound
from regulars.core.text import marked as _


class UnknownChannel(Invalid):
    code = "privacy.unknown_channel"
    message = _('"%(channel)s" is no channel of consent; use one of: %(known)s.')


class UnknownRequestKind(Invalid):
    code = "privacy.unknown_request_kind"
    message = _('"%(kind)s" is nothing one can ask for; use one of: %(known)s.')


class UnknownOutcome(Invalid):
    code = "privacy.unknown_outcome"
    message = _('"%(outcome)s" is no outcome of a request; use one of: %(known)s.')


class RequestUnknown(NotFound):
    code = "privacy.request_unknown"
    message = _("There is no request %(name)s.")


class RequestClosed(Conflict):
    code = "privacy.request_closed"
    message = _("This request has been answered already; a new one can be made.")
