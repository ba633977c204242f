"""Customers as JSON: what a till may see of them, rows of the list, profiles, and what is sent to change them."""

from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from regulars.api.shapes.common import In, LongText, Out, Page, PageQuery, Text, Word, money, money_or_none
from regulars.api.shapes.groups import BelongingOut
from regulars.core.money import amount_minor, currency_places, milli_text
from regulars.customers.ages import OLDEST, born_from, born_to
from regulars.customers.details import AddressDetails, CustomerDetails
from regulars.sales.finding import Glimpse
from regulars.sales.listing import CustomerRow
from regulars.sales.narrowing import CustomerFilter
from regulars.sales.profiles import Bought, Moment, Profile

Age = Annotated[int, Field(ge=0, le=OLDEST)]
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
# What an index gives in order, at any number of customers.
Sort = Literal[
    "id", "name", "joined", "spent", "orders", "visits", "first_order", "last_order",
    "-id", "-name", "-joined", "-spent", "-orders", "-visits", "-first_order", "-last_order",
]  # fmt: skip


class CustomersQuery(PageQuery):
    """Which customers, and in which order; both ends are in. A search gives its best matches, the latest first."""

    search: Word = Field("", description="A part of a name, code, phone (or its last digits), e-mail, or a receipt.")
    sort: Sort = Field("-spent", description="With - before it, the largest first.")
    spent_from: Word | None = Field(None, description="Spent at least, as 100.00.")
    spent_to: Word | None = None
    orders_from: Count | None = None
    orders_to: Count | None = None
    first_order_from: date | None = None
    first_order_to: date | None = None
    last_order_from: date | None = None
    last_order_to: date | None = None
    age_from: Age | None = Field(None, description="At least so many years old.")
    age_to: Age | None = None
    gender: Literal["female", "male", "other"] | None = None
    city: Word | None = None
    country: Word | None = None
    tag: Word | None = None
    store: Word | None = Field(None, description="Bought there at least once.")
    inactive: bool = Field(default=False, description="Those that were deactivated, instead of the others.")

    def filter(self, *, currency: str, today: date) -> CustomerFilter:
        """The filter: amounts in minor units, ages as days of birth. Raises NotAnAmount, TooPrecise, TooLarge."""
        same = (
            "orders_from", "orders_to", "first_order_from", "first_order_to", "last_order_from", "last_order_to",
            "gender", "city", "country", "tag", "store",
        )  # fmt: skip
        places = currency_places(currency)
        return CustomerFilter(
            **{name: getattr(self, name) for name in same},
            spent_from=None if self.spent_from is None else amount_minor(self.spent_from, places=places),
            spent_to=None if self.spent_to is None else amount_minor(self.spent_to, places=places),
            born_from=None if self.age_to is None else born_from(self.age_to, today=today),
            born_to=None if self.age_from is None else born_to(self.age_from, today=today),
            is_active=not self.inactive,
        )

    @property
    def is_search_alone(self) -> bool:
        """Whether nothing is asked for but to find somebody."""
        return self.model_fields_set <= {"search", "limit"}


class GlimpseOut(Out):
    """What a till shows of a customer: enough to ask "Anna, ending in 678?", too little to call her."""

    id: int
    code: str
    name: str
    phone_end: str


class CustomerOut(Out):
    """A customer as the list shows one."""

    id: int
    code: str
    name: str
    email: str
    phone: str
    spent: str
    orders: int
    visits: int
    first_order: date | None
    last_order: date | None
    average_order: str | None
    units: str
    returned: str
    discount: str
    joined: date
    birth_date: date | None
    gender: str
    city: str
    country: str
    tags: list[str]
    is_active: bool


class GlimpsesOut(Page[GlimpseOut]):
    """Customers for those who may find them."""


class CustomersOut(Page[CustomerOut]):
    """Customers for those who may see them."""


class AddressShape(In):
    """Where to send bills or goods; one of a kind."""

    kind: Literal["billing", "shipping", "delivery"] = "billing"
    street: Text = ""
    street2: Text = ""
    postcode: Word = ""
    city: Text = ""
    region: Text = ""
    country: Text = ""


class ProfileIn(In):
    """What is kept of a person. In a change, what is left out stays, and a list replaces the one that is there."""

    name: Text = Field("", description="The whole name; made of first and last name where left out.")
    first_name: Text = ""
    last_name: Text = ""
    code: Word = Field("", description="The code on the card; one is made where left out.")
    phones: list[Word] = Field([], max_length=50)
    emails: list[Text] = Field([], max_length=50)
    birth_date: date | None = None
    gender: Literal["", "female", "male", "other"] = ""
    language: Word = ""
    website: Text = ""
    social: Text = ""
    addresses: list[AddressShape] = Field([], max_length=10)
    tags: list[Word] = Field([], max_length=200)
    custom: dict[Word, Text | None] = Field({}, max_length=200, description="Custom fields by name; null clears one.")

    def details(self, before: CustomerDetails) -> CustomerDetails:
        """The details with what was sent in place of what was there."""
        sent = self.model_fields_set
        changes: dict[str, Any] = {name: getattr(self, name) for name in sent & _SINGLE}
        changes |= {name: tuple(getattr(self, name)) for name in sent & {"phones", "emails", "tags"}}
        if "addresses" in sent:
            changes["addresses"] = tuple(AddressDetails(**each.model_dump()) for each in self.addresses)
        if "custom" in sent:
            held = dict(before.custom) | self.custom
            changes["custom"] = tuple((name, value) for name, value in held.items() if value is not None)
        if sent & {"first_name", "last_name"} and "name" not in sent:
            changes["name"] = ""
        return replace(before, **changes)


_SINGLE = {
    "name", "first_name", "last_name", "code", "birth_date", "gender", "language", "website", "social",
}  # fmt: skip


class CustomerChanged(Out):
    """Which details are others now."""

    id: int
    changed: list[str]


class NoteIn(In):
    """What the team wants to remember; the customer never sees it."""

    text: LongText


class ConsentIn(In):
    """A yes or no to being written to."""

    channel: Literal["email", "phone", "post", "sms", "whatsapp"]
    given: bool
    wording: LongText = Field("", description="What the customer was shown or told.")
    place: Word = Field("api", description="Where it was said.")


class TimelineQuery(PageQuery):
    """Which moments."""

    kind: Literal["sale", "return", "note", "consent", "balance"] | None = None


class MomentOut(Out):
    """One thing that happened."""

    at: datetime
    kind: str
    text: str
    amount: str | None
    number: str
    store: str
    status: str


class TimelineOut(Page[MomentOut]):
    """What happened, the newest first."""


class StatsOut(Out):
    """What a customer's sales come to."""

    spent: str
    orders: int
    visits: int
    returned: str
    discount: str
    average_order: str | None
    units_per_order: str | None
    days_between_orders: float | None
    first_order: date | None
    last_order: date | None


class HabitsOut(Out):
    """Where and when a customer buys; weekday 1 is Monday."""

    store: str | None
    weekday: int | None
    hour: int | None
    channel: str | None


class BoughtOut(Out):
    """What was bought of one product or category, returns taken off."""

    name: str
    orders: int
    units: str
    net: str


class MonthOut(Out):
    """What was spent in one month."""

    year: int
    month: int
    orders: int
    net: str


class NoteOut(Out):
    """A note of the team."""

    text: str
    author: str
    at: datetime


class ProfileOut(Out):
    """Everything that is known of a customer. Money is in `currency`."""

    id: int
    code: str
    name: str
    first_name: str
    last_name: str
    phones: list[str]
    emails: list[str]
    birth_date: date | None
    gender: str
    language: str
    website: str
    social: str
    joined: date | None
    addresses: list[AddressShape]
    tags: list[str]
    custom: dict[str, str]
    is_active: bool
    source: str
    currency: str
    stats: StatsOut
    habits: HabitsOut
    products: list[BoughtOut]
    categories: list[BoughtOut]
    months: list[MonthOut]
    consents: dict[str, bool]
    groups: list[BelongingOut]
    notes: list[NoteOut]
    timeline: list[MomentOut]


def glimpse_out(glimpse: Glimpse) -> GlimpseOut:
    return GlimpseOut(id=glimpse.id, code=glimpse.code, name=glimpse.name, phone_end=glimpse.phone_end)


def customer_out(row: CustomerRow, *, currency: str) -> CustomerOut:
    """The row with its amounts as text."""
    return CustomerOut(
        id=row.id,
        code=row.code,
        name=row.name,
        email=row.email,
        phone=row.phone,
        spent=money(row.spent, currency=currency),
        orders=row.orders,
        visits=row.visits,
        first_order=row.first_order,
        last_order=row.last_order,
        average_order=money_or_none(row.average_order, currency=currency),
        units=milli_text(row.units_milli),
        returned=money(row.returned, currency=currency),
        discount=money(row.discount, currency=currency),
        joined=row.joined,
        birth_date=row.birth_date,
        gender=row.gender,
        city=row.city,
        country=row.country,
        tags=list(row.tags),
        is_active=row.is_active,
    )


def moment_out(moment: Moment, *, currency: str) -> MomentOut:
    """The moment with its amount as text."""
    return MomentOut(
        at=moment.at,
        kind=moment.kind,
        text=moment.text,
        amount=money_or_none(moment.amount, currency=currency),
        number=moment.number,
        store=moment.store,
        status=moment.status,
    )


def profile_out(profile: Profile, *, groups: list[BelongingOut], currency: str) -> ProfileOut:
    """The profile with its groups, amounts as text."""
    about = profile.about
    details = asdict(about.details) | {"custom": dict(about.details.custom)}
    return ProfileOut(
        id=about.id,
        **details,
        is_active=about.is_active,
        source=about.source,
        currency=currency,
        stats=_stats_out(profile, currency=currency),
        habits=HabitsOut(**asdict(profile.habits)),
        products=[_bought_out(each, currency=currency) for each in profile.products],
        categories=[_bought_out(each, currency=currency) for each in profile.categories],
        months=[
            MonthOut(year=each.year, month=each.month, orders=each.orders, net=money(each.net, currency=currency))
            for each in profile.months
        ],
        consents=profile.consents,
        groups=groups,
        notes=[NoteOut(text=note.text, author=note.author, at=note.at) for note in about.notes],
        timeline=[moment_out(each, currency=currency) for each in profile.timeline],
    )


def _stats_out(profile: Profile, *, currency: str) -> StatsOut:
    stats = profile.stats
    units = stats.units_per_order_milli
    return StatsOut(
        spent=money(stats.spent, currency=currency),
        orders=stats.orders,
        visits=stats.visits,
        returned=money(stats.returned, currency=currency),
        discount=money(stats.discount, currency=currency),
        average_order=money_or_none(stats.average_order, currency=currency),
        units_per_order=None if units is None else milli_text(units),
        days_between_orders=stats.days_between_orders,
        first_order=stats.first_order,
        last_order=stats.last_order,
    )


def _bought_out(each: Bought, *, currency: str) -> BoughtOut:
    return BoughtOut(
        name=each.name, orders=each.orders, units=milli_text(each.units_milli), net=money(each.net, currency=currency)
    )
