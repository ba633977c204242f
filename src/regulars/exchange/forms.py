"""What an export looks like: the forms that messaging tools take, the columns there are, cells no spreadsheet runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from regulars.core.text import marked as _
from regulars.core.text import nearest
from regulars.exchange.errors import ChannelUnfit, ColumnsGiven, UnknownExportColumn, UnknownExportForm

# The channels of privacy that a phone is for.
PHONE_CHANNELS = ("sms", "whatsapp", "phone")
CHANNELS = ("email", "phone", "post", "sms", "whatsapp")
# A spreadsheet would run a cell that starts with one of these.
_ACTIVE = ("=", "+", "-", "@", "\t", "\r")
# What says who somebody is: for those who may take contacts.
CONTACT_COLUMNS = ("code", "name", "first_name", "last_name", "phone", "email")
PLAIN_COLUMNS = (
    "id", "gender", "birth_date", "city", "country", "tags", "consents", "joined", "is_active", "spent", "orders",
    "visits", "units", "average_order", "returned", "discount", "first_order", "last_order",
)  # fmt: skip
COLUMNS = ("id", *CONTACT_COLUMNS, *PLAIN_COLUMNS[1:])
DEFAULT_COLUMNS = ("id", "spent", "orders", "visits", "average_order", "first_order", "last_order", "city", "tags")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How an export is written. `reach`: what of a customer must be there, and stands in it once: phone or email.

    `channels`: a customer must have said yes to one of these, the first unless another is asked for; empty: to none.
    Without a heading it is a plain list, a line for each.
    """

    meaning: str
    channels: tuple[str, ...] = ()
    reach: str = ""
    heading: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "phones": Form(
            meaning=_("phones alone, a line for each, as +254712345678"),
            channels=PHONE_CHANNELS, reach="phone", columns=("phone",),
        ),
        "emails": Form(
            meaning=_("e-mails alone, a line for each"), channels=("email",), reach="email", columns=("email",)
        ),
        # Twilio, Bulk SMS and most others look for a column "phone".
        "sms": Form(
            meaning=_("CSV for tools that send text messages"), channels=("sms",), reach="phone",
            heading=("phone", "first_name", "last_name"), columns=("phone", "first_name", "last_name"),
        ),
        "whatsapp": Form(
            meaning=_("CSV for tools that send by WhatsApp"), channels=("whatsapp",), reach="phone",
            heading=("phone", "name"), columns=("phone", "name"),
        ),
        # The names of Mailchimp, which others take as well.
        "email": Form(
            meaning=_("CSV for tools that send e-mails"), channels=("email",), reach="email",
            heading=("Email Address", "First Name", "Last Name", "Phone Number"),
            columns=("email", "first_name", "last_name", "phone"),
        ),
        "csv": Form(meaning=_("CSV with the columns of your choice")),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layout:
    """A form as it was asked for: whom it is for, what is in it."""

    form: str
    channel: str | None
    heading: tuple[str, ...]
    columns: tuple[str, ...]
    reach: str

    @property
    def holds_contacts(self) -> bool:
        return not set(self.columns).isdisjoint(CONTACT_COLUMNS)

    @property
    def is_list(self) -> bool:
        """Whether it is a plain list."""
        return not self.heading

    @property
    def extension(self) -> str:
        return "txt" if self.is_list else "csv"


def layout_of(form: str, *, columns: Sequence[str] = (), channel: str | None = None) -> Layout:
    """The form with these columns (where it has none of its own) for that channel.

    Raises UnknownExportForm, ColumnsGiven, UnknownExportColumn, ChannelUnfit.
    """
    if form not in FORMS:
        raise UnknownExportForm(name=form, known=", ".join(FORMS))
    found = FORMS[form]
    if found.columns and columns:
        raise ColumnsGiven(form=form)
    fitting = found.channels or CHANNELS
    if channel is not None and channel not in fitting:
        raise ChannelUnfit(form=form, channel=channel, known=", ".join(fitting))
    if found.columns:
        return Layout(form, channel or found.channels[0], found.heading, found.columns, found.reach)
    chosen = tuple(dict.fromkeys(columns)) or DEFAULT_COLUMNS
    for name in chosen:
        if name not in COLUMNS:
            near = nearest(name, COLUMNS)
            hint = f'; did you mean "{near}"?' if near else ""
            raise UnknownExportColumn(name=name, hint=hint, known=", ".join(COLUMNS))
    return Layout(form, channel, chosen, chosen, found.reach)


def cell_safe(text: str) -> str:
    """The text as a spreadsheet shows it and does not run it."""
    return f"'{text}" if text.startswith(_ACTIVE) else text
