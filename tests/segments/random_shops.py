"""Random shops, drawn so that boundaries are hit.

A shop is plain data. `lives_of` says what is known of its customers, written from the words of the declared relations and
sharing nothing with their SQL; whoever stores a shop stores all of STORES, PRODUCTS and FIELDS with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from typing import Any as Anything
from typing import NamedTuple

from hypothesis import strategies as st

from regulars.segments.language.life import Life
from regulars.segments.language.terms import Terms
from regulars.segments.language.tree import Unit
from regulars.segments.language.windows import shifted

TODAYS = (
    date(2026, 11, 22),
    date(2026, 12, 31),
    date(2027, 2, 28),
    date(2027, 3, 1),
    date(2027, 3, 31),
    date(2028, 2, 29),
    date(2028, 3, 1),
)
GROUPS = (1, 2)
FIELDS = {"Shoe size": "number", "Club": "text", "Size": "choice", "Vegan": "yes_no", "Anniversary": "date"}
FIELD_OPTIONS = {"Size": ("S", "M", "L")}
# Name and city; two stores of one city, and one of none.
STORES = (("Westlands", "Nairobi"), ("Karen", "Nairobi"), ("Old Town", "Mombasa"), ("Web", ""))
# Texts that customers, and rules, may have.
PRODUCT_NAMES = ("SKU-1", "Latte", "Caffè latte", "SKU-2", "Beans", "Mug", "Gift box", "SKU-5", "none such")
WORDS: dict[str, tuple[str, ...]] = {
    "gender": ("female", "male", "other"),
    "language": ("en", "sw", "pt-BR"),
    "source": ("till", "office", "import", "api", "self"),
    "city": ("Nairobi", "Mombasa", "Köln", "O'slo"),
    "region": ("Coast", "Rift \\ Valley"),
    "country": ("KE", "Kenya", "gb", "Channel Islands"),
    "postcode": ("00100", "SW1A 1AA"),
    "tag": ("vip", "VIP", "' OR 1=1 --", "früh"),
    "consent": ("email", "phone", "post", "sms", "whatsapp"),
    "Club": ("Chess", "50%_off", 'the "old" one'),
    "Size": ("S", "M", "L"),
    "Vegan": ("yes", "no"),
    "favourite_store": ("Westlands", "Karen", "Old Town", "Web"),
    "favourite_category": ("Coffee", "Kitchen", "Hot drinks"),
    "product": PRODUCT_NAMES,
    "category": ("Coffee", "Kitchen", "Hot drinks"),
    "brand": ("Acme", "House"),
    "store": ("Westlands", "Karen", "Old Town", "Web"),
    "channel": ("in_store", "online"),
    "payment": ("cash", "card", "mpesa"),
    "offer": ("Happy hour", "none such"),
    "price_book": ("Wholesale", "none such"),
}


class Version(NamedTuple):
    """What a product was called when it was sold."""

    name: str
    category: str
    brand: str


class Product(NamedTuple):
    """A product as the catalogue has it, and every way it was ever sold."""

    sku: str | None
    name: str
    versions: tuple[Version, ...]


# The SKU of one is the name of another; one is known by two names; one answers to its SKU only.
PRODUCTS = (
    Product("SKU-1", "Latte", (Version("Latte", "Coffee", ""), Version("Caffè latte", "Hot drinks", "House"))),
    Product("SKU-2", "Beans", (Version("Beans", "Coffee", "Acme"), Version("Beans", "", ""))),
    Product(None, "Mug", (Version("Mug", "Kitchen", "Acme"),)),
    Product("Mug", "Gift box", (Version("Gift box", "Kitchen", ""),)),
    Product("SKU-5", "", (Version("", "", "House"),)),
)


class Bought(NamedTuple):
    """A line: the product and its version by place in PRODUCTS. All numbers are below zero on a return."""

    product: int
    version: int
    quantity_milli: int
    net: int
    tax: int
    discount: int
    is_gift_card: bool

    @property
    def sold_as(self) -> Version:
        return PRODUCTS[self.product].versions[self.version]


@dataclass(frozen=True)
class Receipt:
    """A sale or a return as it is stored. `customer`: the place in the shop's people. Payments: method and status."""

    n: int
    customer: int | None
    store: int
    day: date
    hour: int
    channel: str
    kind: str
    status: str
    lines: tuple[Bought, ...]
    payments: tuple[tuple[str, str], ...]

    @property
    def total(self) -> int:
        return sum(line.net for line in self.lines)

    @property
    def sums(self) -> dict[str, int]:
        """Net, tax, discount and units, of which gift cards are no part."""
        kept = [line for line in self.lines if not line.is_gift_card]
        return {
            "net": sum(line.net for line in kept),
            "tax": sum(line.tax for line in kept),
            "discount": sum(line.discount for line in kept),
            "units": sum(line.quantity_milli for line in kept),
        }


@dataclass(frozen=True)
class Person:
    """A customer. `place`: city, region, country and postcode of the billing address. `consents` in the order given."""

    birth_date: date | None = None
    gender: str = ""
    language: str = ""
    joined: date = date(2026, 1, 1)
    source: str = "office"
    place: tuple[str, str, str, str] | None = None
    tags: frozenset[str] = frozenset()
    consents: tuple[tuple[str, bool], ...] = ()
    identities: frozenset[str] = frozenset()
    fields: Mapping[str, str] = field(default_factory=dict)
    members: frozenset[int] = frozenset()
    pins: Mapping[int, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Shop:
    """What is stored on a day. Amounts in minor units of a currency with two decimals."""

    today: date
    people: tuple[Person, ...]
    receipts: tuple[Receipt, ...]
    spend_includes_tax: bool = True

    @property
    def terms(self) -> Terms:
        return Terms(places=2, spend_includes_tax=self.spend_includes_tax, fields=FIELDS)


# What is known of the people of a shop.


def lives_of(shop: Shop) -> list[Life]:
    """What is known of each of the people, in their order."""
    return [_life(shop, n, person) for n, person in enumerate(shop.people)]


def _life(shop: Shop, customer: int, person: Person) -> Life:
    receipts = [each for each in shop.receipts if each.customer == customer and each.status == "completed"]
    names = {(n, name) for n, product in enumerate(PRODUCTS) for name in _names(product)}
    rows: dict[str, list[dict[str, Anything]]] = {
        **_person_rows(person),
        "sales": [{**_sale_row(each), **each.sums} for each in receipts],
        "lines": [{**_sale_row(each), **_line_row(line)} for each in receipts for line in each.lines],
        "payments": [
            {"sale": each.n, "method": method}
            for each in shop.receipts
            for method, status in each.payments
            if status != "failed"
        ],
        "stores": [{"store": n, "name": name, "city": city} for n, (name, city) in enumerate(STORES)],
        "product_names": [{"product": n, "name": name} for n, name in sorted(names)],
    }
    owned = ({**row, "customer": customer} if name not in _SHARED else row for name in rows for row in rows[name])
    kept = {name: [next(owned) for _ in rows[name]] for name in rows}
    return Life(kept, person.members, person.pins)


_SHARED = {"payments", "stores", "product_names"}


def _names(product: Product) -> set[str]:
    return {name for name in (product.sku, product.name, *(each.name for each in product.versions)) if name}


def _person_rows(person: Person) -> dict[str, list[dict[str, Anything]]]:
    consented = dict(person.consents)  # the last word on a channel holds
    place = person.place and dict(zip(("city", "region", "country", "postcode"), person.place, strict=True))
    return {
        "customers": [
            {
                "birth_date": person.birth_date,
                "gender": person.gender,
                "language": person.language,
                "joined": person.joined,
                "source": person.source,
            }
        ],
        "places": [place] if place else [],
        "tags": [{"tag": each} for each in sorted(person.tags)],
        "contacts": [{"kind": each} for each in sorted(person.identities)],
        "consents": [{"channel": channel} for channel, is_given in consented.items() if is_given],
        "fields": [{"field": name, "value": value} for name, value in person.fields.items()],
        # Nobody has points here: tests/balances asks of those who do.
        "balances": [{"points": 0, "store_credit": 0, "account_balance": 0}],
        # Nor a score: tests/reports asks of those who have.
        "scores": [],
    }


def _sale_row(receipt: Receipt) -> dict[str, Anything]:
    return {
        "sale": receipt.n,
        "kind": receipt.kind,
        "day": receipt.day,
        "weekday": receipt.day.isoweekday(),
        "hour": receipt.hour,
        "store": receipt.store,
        "channel": receipt.channel,
        "amount": receipt.total,
    }


def _line_row(line: Bought) -> dict[str, Anything]:
    return {
        "product": line.product,
        "category": line.sold_as.category,
        "brand": line.sold_as.brand,
        "net": 0 if line.is_gift_card else line.net,
        "tax": 0 if line.is_gift_card else line.tax,
        "discount": line.discount,
        "units": line.quantity_milli,
    }


# Shops.

_NEAR = (0, 1, 2, 6, 7, 8, 13, 14, 15, 27, 28, 29, 30, 31, 59, 60, 61, 89, 90, 91, 364, 365, 366)
# Sums of these meet the values that rules are drawn with.
_PRICES = (0, 1, 3500, 48000, 49999, 50000, 100, 150000, 200000)
_QUANTITIES = (1000, 1000, 2000, 3000, 250, 1500)
PEOPLE_AT_MOST, RECEIPTS_AT_MOST = 3, 9


@cache
def days_near(today: date) -> st.SearchStrategy[date]:
    """Days at the ends of usual windows, mostly past, now and then tomorrow."""
    months = [shifted(today, -count, unit) for count, unit in ((1, Unit.MONTHS), (3, Unit.MONTHS), (1, Unit.YEARS))]
    past = [today - timedelta(days=each) for each in _NEAR]
    around = [each + timedelta(days=off) for each in months for off in (-1, 0, 1)]
    return st.sampled_from([*past, *past, *around, today + timedelta(days=1)])


@cache
@st.composite
def births(draw: st.DrawFn, today: date) -> date:
    """Days of birth whose birthdays, and ages, are at their ends."""
    year = draw(_BIRTH_YEARS)
    month_day = draw(_birthdays(today))
    month, day = month_day
    return date(year, month, 28 if month_day == (2, 29) and year % 4 else day)


_BIRTH_YEARS = st.sampled_from((1976, 1977, 1978, 1991, 1996, 2000, 2004))


@cache
def _birthdays(today: date) -> st.SearchStrategy[tuple[int, int]]:
    ahead = [today + timedelta(days=each) for each in (1, 2, 6, 7, 8)]
    near = days_near(today) | st.sampled_from(ahead)
    return st.sampled_from([(2, 29), (2, 28), (3, 1), (12, 31), (1, 1)]) | near.map(lambda day: (day.month, day.day))


def _maybe(*values: str) -> st.SearchStrategy[str]:
    return st.sampled_from(("", *values))


@cache
def people(today: date) -> st.SearchStrategy[Person]:
    """Customers of whom much or little is known."""
    place = st.tuples(
        _maybe(*WORDS["city"]), _maybe(*WORDS["region"]), _maybe("KE", "GB", "Channel Islands"), _maybe("00100")
    )
    groups = st.sampled_from(GROUPS)
    return st.builds(
        Person,
        birth_date=st.none() | births(today),
        gender=_maybe(*WORDS["gender"]),
        language=_maybe(*WORDS["language"]),
        joined=days_near(today),
        source=st.sampled_from(WORDS["source"]),
        place=st.none() | place,
        tags=st.frozensets(st.sampled_from(WORDS["tag"]), max_size=2),
        consents=st.lists(st.tuples(st.sampled_from(WORDS["consent"]), st.booleans()), max_size=3).map(tuple),
        identities=st.frozensets(st.sampled_from(("phone", "email"))),
        fields=field_values(today),
        members=st.frozensets(groups),
        pins=st.dictionaries(groups, st.booleans(), max_size=2),
    )


@cache
def field_values(today: date) -> st.SearchStrategy[dict[str, str]]:
    """What custom fields hold, written plainly; some of them."""
    return st.fixed_dictionaries(
        {},
        optional={
            "Shoe size": st.sampled_from(("42.5", "38", "0.1", "-1")),
            "Club": st.sampled_from(WORDS["Club"]),
            "Size": st.sampled_from(FIELD_OPTIONS["Size"]),
            "Vegan": st.sampled_from(("yes", "no")),
            "Anniversary": days_near(today).map(date.isoformat),
        },
    )


_VERSIONS = st.sampled_from([(n, place) for n, each in enumerate(PRODUCTS) for place in range(len(each.versions))])
_TAX_AND_DISCOUNT = st.sampled_from(((0, 0), (0, 0), (100, 0), (0, 100), (16, 50)))
_WORTHS = st.tuples(st.sampled_from(_QUANTITIES), st.sampled_from(_PRICES), _TAX_AND_DISCOUNT)


def _bought(kind: str, sold_as: tuple[int, int], worth: Anything, tenth: int) -> Bought:
    quantity, price, (tax, discount) = worth
    sign = 1 if kind == "sale" else -1
    net = max(price, discount + tax) - discount
    return Bought(
        *sold_as, sign * quantity, sign * net, sign * tax, sign * discount, is_gift_card=tenth == 0,
    )  # fmt: skip


@cache
def lines(kind: str) -> st.SearchStrategy[list[Bought]]:
    return st.lists(st.builds(_bought, st.just(kind), _VERSIONS, _WORTHS, st.integers(0, 9)), min_size=1, max_size=3)


_KINDS = st.sampled_from(("sale", "sale", "sale", "return"))
_STATUSES = st.sampled_from(("completed",) * 7 + ("voided",))
_PLACES = st.integers(0, len(STORES) - 1)
_HOURS = st.sampled_from((0, 3, 9, 12, 12, 23))
_CHANNELS = st.sampled_from(WORDS["channel"])
_PAYMENTS = st.lists(st.tuples(st.sampled_from(WORDS["payment"]), st.sampled_from(("completed", "failed"))), max_size=2)


@cache
@st.composite
def receipts(draw: st.DrawFn, today: date, customers: int) -> Receipt:
    """A sale, now and then a return, voided or nobody's; numbered later."""
    kind = draw(_KINDS)
    return Receipt(
        n=0,
        customer=draw(_customers(customers)),
        store=draw(_PLACES),
        day=draw(days_near(today)),
        hour=draw(_HOURS),
        channel=draw(_CHANNELS),
        kind=kind,
        status=draw(_STATUSES),
        lines=tuple(draw(lines(kind))),
        payments=tuple(draw(_PAYMENTS)),
    )


@cache
def _customers(count: int) -> st.SearchStrategy[int | None]:
    return st.sampled_from((*range(count), 0, 0, None))


@cache
@st.composite
def shops(draw: st.DrawFn, today: date | None = None) -> Shop:
    """A few customers and what they bought around the day; ids are places, from 0."""
    day = today or draw(_TODAYS)
    some = tuple(draw(_many(people(day), 1, PEOPLE_AT_MOST)))
    sold = draw(_many(receipts(day, len(some)), 0, RECEIPTS_AT_MOST))
    numbered = tuple(replace(each, n=n) for n, each in enumerate(sold))
    return Shop(day, some, numbered, spend_includes_tax=draw(st.booleans()))


_TODAYS = st.sampled_from(TODAYS)


@cache
def _many(each: st.SearchStrategy[Anything], least: int, most: int) -> st.SearchStrategy[list[Anything]]:
    return st.lists(each, min_size=least, max_size=most)
