"""What can be wrong with a batch."""

from regulars.core.errors import Conflict, Invalid
from regulars.core.text import marked as _


class BatchTooLarge(Invalid):
    code = "checkout.batch_too_large"
    message = _("%(count)s sales are more than one batch holds (%(most)s); send them in several.")


class NotASale(Invalid):
    code = "checkout.not_a_sale"
    message = _("This is no sale: %(reason)s.")


class CannotUndo(Conflict):
    code = "checkout.cannot_undo"
    message = _("The import cannot be undone: %(returns)s bring back sales of it. Void or undo those first.")
