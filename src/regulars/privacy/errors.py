"""What can be wrong with a consent."""

from regulars.core.errors import Invalid
from regulars.core.text import marked as _


class UnknownChannel(Invalid):
    code = "privacy.unknown_channel"
    message = _('"%(channel)s" is no channel of consent; use one of: %(known)s.')
