"""What can be wrong with a request, before any room is asked."""

from collections.abc import Sequence

from regulars.core.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from regulars.core.text import marked as _


class NotJson(Invalid):
    code = "api.not_json"
    message = _("The body cannot be read as JSON: %(reason)s.")


class BodyUnreadable(Invalid):
    code = "api.body_unreadable"
    message = _("The body did not arrive whole, or is not what its Content-Type says; send it again.")


class BodyTooLarge(Invalid):
    code = "api.body_too_large"
    message = _("The body is larger than the %(most)s MB that this address takes; send it in several.")


class OtherMediaType(Invalid):
    code = "api.other_media_type"
    message = _("Send the body with Content-Type: %(expected)s.")


class NoSuchAddress(NotFound):
    code = "api.no_such_address"
    message = _("There is nothing at this address; /api/v1/docs lists every one.")


class OtherMethod(Invalid):
    code = "api.other_method"
    message = _("This address takes %(allowed)s; /api/v1/docs says what for.")


class TooManyRequests(Forbidden):
    code = "api.too_many_requests"
    message = _("Too many requests at once; go on in %(seconds)s seconds. Many sales fit into one batch.")


class InputWrong(Invalid):
    """What was asked does not have the shape it must have, with everything that is wrong with it."""

    code = "api.input_wrong"
    message = _("The request cannot be read. See errors for what must be otherwise, and where.")

    def __init__(self, *, faults: Sequence[Fault]) -> None:
        super().__init__(faults=tuple(faults))
        self.faults = tuple(faults)


class NothingRefused(NotFound):
    code = "api.nothing_refused"
    message = _("There are no refused rows: none was refused, or it was not tried yet, or it was undone.")


class SearchNeeded(Invalid):
    code = "api.search_needed"
    message = _("This token may find customers, not list them: say whom, as ?search=TEXT.")


class OneSaleExpected(Invalid):
    code = "api.one_sale_expected"
    message = _("One sale is taken here, and %(count)s came; send several to /api/v1/sales/batch.")


class SaleDiffers(Conflict):
    """The sale is here already and says otherwise, with each difference."""

    code = "api.sale_differs"
    message = _("Sale %(number)s is stored with other content; nothing was changed. See errors for what differs.")

    def __init__(self, *, number: str, faults: Sequence[Fault]) -> None:
        super().__init__(number=number, faults=tuple(faults))
        self.faults = tuple(faults)
