"""What can be wrong with the settings."""

from regulars.core.errors import Invalid
from regulars.core.text import marked as _


class AddressUnreadable(Invalid):
    code = "config.address_unreadable"
    message = _('REGULARS_URL holds "%(value)s", which is no address; write it as https://shop.example.org.')


class RateUnreadable(Invalid):
    code = "config.rate_unreadable"
    message = _('REGULARS_API_RATE is "%(value)s"; write how many requests in so many seconds, such as 200/4.')


class PostUnreadable(Invalid):
    code = "config.post_unreadable"
    message = _("%(name)s cannot be read; write it as %(example)s.")


class EngineUnreadable(Invalid):
    code = "config.engine_unreadable"
    message = _('REGULARS_ENGINE is "%(value)s"; write spark://HOST:7077, or sc://HOST:15002.')
