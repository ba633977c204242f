"""Who buys at the demo shop: how each can be reached, what each likes, and how often and how long each comes."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import NamedTuple, TypeVar

from regulars.core.text import folded
from regulars.exchange.demo.contacts import Contacts
from regulars.exchange.demo.names import Names
from regulars.exchange.demo.rhythm import WEEKEND_PEAKS, WORKDAY_PEAKS, peak_drawn

T = TypeVar("T")


class Kind(NamedTuple):
    """A kind of buyer, after BG/NBD: rates of purchase are gamma-distributed, and after each purchase some drop out."""

    name: str
    share: float
    rate_per_day: float
    shape: float
    dropout: float


# Cafés live from few: one in forty comes several times a week, every fifth comes once.
KINDS = (
    Kind("staff", 0.0024, 0.55, 12.0, 0.002),
    Kind("devoted", 0.025, 0.34, 5.0, 0.006),
    Kind("regular", 0.24, 0.065, 2.0, 0.035),
    Kind("occasional", 0.53, 0.018, 1.5, 0.11),
    Kind("once", 0.20, 0.001, 1.0, 1.0),
)
# Which identities a person gives, by letter: c a card's code, p a phone, e an e-mail.
CONTACTS = {"p": 0.36, "e": 0.08, "pe": 0.16, "c": 0.06, "cp": 0.17, "ce": 0.03, "cpe": 0.14}
# Those who gave only a phone for their receipt: so many gave no name with it.
NAMELESS = 0.12
# The second person of one household in so many customers shares the phone of the first.
HOUSEHOLD_EVERY = 120
# And one in so many is somebody the tills already know under another phone: what a duplicate finder is for.
TWICE_EVERY = 110
STORE_SHARES = (0.42, 0.34, 0.24)
# Which lean (rhythm.LEANS) the customers of a store have: offices come on working days.
LEAN_SHARES = (
    {"weekdays": 0.62, "any": 0.30, "weekends": 0.08},
    {"weekdays": 0.18, "any": 0.44, "weekends": 0.38},
    {"weekdays": 0.32, "any": 0.45, "weekends": 0.23},
)
TAGS = {"student": 0.06, "vegetarian": 0.07, "office orders": 0.04, "dog friendly": 0.02, "catering": 0.015}
HOMES = {
    ("Nairobi", "KE"): 0.72, ("Kiambu", "KE"): 0.05, ("Ngong", "KE"): 0.045, ("Ongata Rongai", "KE"): 0.045,
    ("Ruaka", "KE"): 0.04, ("Kikuyu", "KE"): 0.025, ("Limuru", "KE"): 0.015, ("Thika", "KE"): 0.015,
    ("Machakos", "KE"): 0.01, ("Mombasa", "KE"): 0.01, ("Nakuru", "KE"): 0.007, ("Kisumu", "KE"): 0.006,
    ("Kampala", "UG"): 0.004, ("Kigali", "RW"): 0.002, ("London", "GB"): 0.003, ("Berlin", "DE"): 0.002,
}  # fmt: skip
# What a customer was asked at the counter and chose to tell.
TELLS_GENDER, TELLS_BIRTH, TELLS_HOME, TELLS_LANGUAGE = 0.62, 0.48, 0.66, 0.5
METHODS = {"M-Pesa": 0.58, "Cash": 0.20, "Card": 0.22}


@dataclass(frozen=True, slots=True)
class Person:
    """A customer. `store` is the place of the favourite one in DEMO_STORES, `hour` the usual one, `online` a share."""

    kind: Kind
    name: str
    code: str
    phone: str
    email: str
    gender: str
    birth_date: str
    city: str
    country: str
    tags: tuple[str, ...]
    language: str
    store: int
    lean: str
    hour: float
    rate: float
    method: str
    online: float
    shares_phone: bool = False


def people_of(*, customers: int, until: date, rng: Random) -> list[Person]:
    """The customers, in random order; no two share a code or an e-mail, and only households a phone."""
    names, contacts = Names(rng), Contacts(rng)
    people: list[Person] = []
    for n, kind in enumerate(_kinds(customers, rng)):
        person = _person(kind, names=names, contacts=contacts, until=until, rng=rng)
        if n % HOUSEHOLD_EVERY == HOUSEHOLD_EVERY - 1:
            people[-1], person = _household(people[-1], person, contacts)
        elif n % TWICE_EVERY == TWICE_EVERY - 1:
            person = _again(people[n // 2], kind=kind, phone=contacts.phone(), rng=rng)
        people.append(person)
    return people


def _kinds(customers: int, rng: Random) -> list[Kind]:
    """A kind for each customer, in the shares of KINDS as exactly as their number allows, shuffled."""
    bounds = list(accumulate(kind.share for kind in KINDS))
    middles = ((n + 0.5) / customers * bounds[-1] for n in range(customers))
    kinds = [KINDS[bisect_right(bounds, middle)] for middle in middles]
    rng.shuffle(kinds)
    return kinds


def _person(kind: Kind, *, names: Names, contacts: Contacts, until: date, rng: Random) -> Person:
    gender = "female" if rng.random() < 0.54 else "male"
    name = names.drawn(gender)
    gives = "cpe" if kind.name == "staff" else _of(CONTACTS, rng)
    store = rng.choices(range(len(STORE_SHARES)), STORE_SHARES)[0]
    lean = _of(LEAN_SHARES[store], rng)
    city, country = _of(HOMES, rng) if rng.random() < TELLS_HOME else ("", "")
    return Person(
        kind=kind,
        name="" if gives == "p" and rng.random() < NAMELESS else name.whole,
        code=contacts.code() if "c" in gives else "",
        phone=contacts.phone() if "p" in gives else "",
        email=contacts.email(name) if "e" in gives else "",
        gender=gender if rng.random() < TELLS_GENDER else "",
        birth_date=_birth_date(until, rng).isoformat() if rng.random() < TELLS_BIRTH else "",
        city=city,
        country=country,
        tags=_tags(kind, rng),
        language=name.language if rng.random() < TELLS_LANGUAGE else "",
        store=store,
        lean=lean,
        hour=_usual_hour(store, lean, rng),
        rate=rng.gammavariate(kind.shape, kind.rate_per_day / kind.shape),
        method=_of(METHODS, rng),
        online=_online_share(gives, rng),
    )


def _household(one: Person, other: Person, contacts: Contacts) -> tuple[Person, Person]:
    """Both under one phone and one family name; each has a card, which tells them apart."""
    phone = one.phone or contacts.phone()
    family = one.name.split()[-1:]
    name = " ".join([*other.name.split()[:-1], *family])
    first = replace(one, code=one.code or contacts.code(), phone=phone, shares_phone=True)
    return first, replace(other, code=other.code or contacts.code(), phone=phone, shares_phone=True, name=name)


def _again(person: Person, *, kind: Kind, phone: str, rng: Random) -> Person:
    """The same person under another phone, the name as somebody else at the till wrote it."""
    parts = person.name.split()
    initial = " ".join([*(part[0] for part in parts[:1]), *parts[1:][-1:]])
    name = rng.choice([folded(person.name), " ".join(reversed(parts)), initial])
    return replace(person, kind=kind, name=name, code="", email="", phone=phone, shares_phone=False)


def _of(shares: Mapping[T, float], rng: Random) -> T:
    return rng.choices(list(shares), list(shares.values()))[0]


def _birth_date(until: date, rng: Random) -> date:
    """Of somebody between 16 and 78, most likely about 32."""
    return until - timedelta(days=round(rng.triangular(16, 78, 32) * 365.25))


def _tags(kind: Kind, rng: Random) -> tuple[str, ...]:
    if kind.name == "staff":
        return ("staff",)
    known = ["regular"] if kind.name == "devoted" else []
    return (*known, *(tag for tag, share in TAGS.items() if rng.random() < share))


def _usual_hour(store: int, lean: str, rng: Random) -> float:
    peak = peak_drawn((WEEKEND_PEAKS if lean == "weekends" else WORKDAY_PEAKS)[store], rng)
    return rng.gauss(peak.hour, peak.spread)


def _online_share(gives: str, rng: Random) -> float:
    """The share of a person's orders that come through the web shop: most never use it, a few mostly."""
    if gives == "c" or rng.random() < 0.62:
        return 0.0
    return rng.betavariate(1.0, 3.2)
