"""What customers are asked, word by word, and how long an answer to them may take."""

from collections.abc import Mapping
from datetime import date, timedelta

from regulars.core.text import marked as _

# The GDPR (article 12) gives a month; so do most laws that followed it.
DAYS_TO_ANSWER = 30

# What the yes to each channel is a yes to. The words that were shown are kept with the answer: changing one here
# changes no evidence.
WORDINGS: Mapping[str, str] = {
    "email": _("%(shop)s may send me offers and news by e-mail, until I say stop."),
    "sms": _("%(shop)s may send me offers and news by SMS, until I say stop."),
    "whatsapp": _("%(shop)s may send me offers and news by WhatsApp, until I say stop."),
    "phone": _("%(shop)s may call me about offers and news, until I say stop."),
    "post": _("%(shop)s may send me offers and news by post, until I say stop."),
}


def due_on(asked_on: date) -> date:
    """The last day for an answer to what was asked on that day."""
    return asked_on + timedelta(days=DAYS_TO_ANSWER)
