"""What was sold over the counter of the demo shop in its last weeks: who bought what, with which offers, paid how."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple
from uuid import UUID

from regulars.core.days import timezone_of
from regulars.core.money import MILLI
from regulars.exchange.demo.loyalty import LUNCH_CODE, bean_week
from regulars.exchange.demo.payments import CARD, CASH, M_PESA, reference_drawn
from regulars.exchange.demo.shop import DEMO_BUSINESS, DEMO_STORES

ON_ACCOUNT, WITH_CREDIT = "account", "store_credit"
# Who buys: a rule for each kind, of whom as many are drawn as the plan has numbers for.
BUYER_RULES = {
    "platinum": 'spent > 20000 and points >= 100 and tag != "staff"',
    "gold": 'spent between 6000 and 19000 and points >= 40 and tag != "staff"',
    "standard": 'spent < 4000 and orders >= 1 and last_order > 60 days ago and tag != "staff"',
    "office": 'tag = "catering" and spent > 0',
}
# These are drawn from those whom the shop gave something to.
LAPSED, BIRTHDAY, TRADE, NEW, NOBODY = "lapsed", "birthday", "trade", "new", ""
NEWCOMER = "Zawadi Atieno"
# Bean week has no fixed distance from today.
_BEAN_WEEK = -1
_MORNING, _NOON, _AFTERNOON = time(9, 40), time(12, 20), time(14, 35)
_WESTLANDS, _KAREN, _KILIMANI = range(3)


class Buyer(NamedTuple):
    """The n-th customer of a kind; the same all through the plan."""

    kind: str
    n: int = 0


class Back(NamedTuple):
    """So many thousandths of a line come back some days later, and the money goes this way (empty: as it came)."""

    place: int
    quantity_milli: int
    days: int
    refund_to: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """A sale of the plan, `days` before today. `points`: as many as can be are paid with."""

    days: int
    clock: time
    store: int
    buyer: Buyer
    items: tuple[tuple[str, int], ...]
    code: str = ""
    method: str = M_PESA
    points: bool = False
    back: Back | None = None


def _of(*skus: str, **more: int) -> tuple[tuple[str, int], ...]:
    """One of each, and thousandths of what is told with a number; "DEL_01" is DEL-01."""
    return (*((sku, MILLI) for sku in skus), *((sku.replace("_", "-"), milli) for sku, milli in more.items()))


_PLAN = (
    Planned(_BEAN_WEEK, _MORNING, _WESTLANDS, Buyer("gold", 0), _of("HOT-04", BEA_01=2000)),
    Planned(_BEAN_WEEK, _NOON, _KAREN, Buyer("platinum", 0), _of("BEA-04", "PAN-01")),
    Planned(_BEAN_WEEK, _AFTERNOON, _KILIMANI, Buyer(NOBODY), _of("BEA-06"), method=CASH),
    Planned(33, _MORNING, _WESTLANDS, Buyer("office"), _of(HOT_04=12_000, BAK_01=12_000), method=ON_ACCOUNT),
    Planned(19, _NOON, _WESTLANDS, Buyer("office"), _of(LUN_01=8000, CLD_07=8000), LUNCH_CODE, ON_ACCOUNT),
    Planned(5, _NOON, _WESTLANDS, Buyer("office"), _of(LUN_05=10_000, CLD_03=10_000), LUNCH_CODE, ON_ACCOUNT),
    Planned(9, _MORNING, _KAREN, Buyer("gold", 1), _of("GFT-02", "GFT-05"), back=Back(1, MILLI, 2, WITH_CREDIT)),
    Planned(4, _NOON, _KAREN, Buyer("gold", 1), _of("BEA-02", "HOT-05"), method=WITH_CREDIT),
    Planned(7, _MORNING, _WESTLANDS, Buyer("platinum", 1), _of("HOT-05", "BRK-02", PAN_09=2000), points=True,
            back=Back(3, MILLI, 3)),
    Planned(3, _AFTERNOON, _WESTLANDS, Buyer("platinum", 0), _of("HOT-04", "BAK-02"), points=True),
    Planned(2, _NOON, _KILIMANI, Buyer("gold", 2), _of("LUN-03", "CLD-01"), points=True, method=CASH),
    Planned(6, _MORNING, _KAREN, Buyer("standard", 0), _of(BAK_01=2000, BAK_03=1000)),
    Planned(5, _MORNING, _WESTLANDS, Buyer("platinum", 2), _of("HOT-03", BAK_01=4000, BAK_02=2000)),
    Planned(3, _MORNING, _KILIMANI, Buyer(NOBODY), _of("HOT-08", BAK_04=3000), method=CASH),
    Planned(4, _AFTERNOON, _KAREN, Buyer("standard", 1), _of("HOT-06", "BAK-05")),
    Planned(1, _AFTERNOON, _WESTLANDS, Buyer("gold", 3), _of("HOT-05", "HOT-08", "BAK-07")),
    Planned(3, _NOON, _KAREN, Buyer("platinum", 3), _of("DEL-07", "PAN-08", DEL_01=350, DEL_04=400, BAK_09=2000)),
    Planned(2, _MORNING, _KAREN, Buyer(TRADE), _of(BEA_03=6000, BEA_04=2000), method=CARD),
    Planned(1, _MORNING, _WESTLANDS, Buyer(TRADE, 1), _of(BEA_06=10_000)),
    Planned(3, _NOON, _WESTLANDS, Buyer(LAPSED), _of("LUN-02", "CLD-05")),
    Planned(1, _NOON, _KILIMANI, Buyer(LAPSED, 1), _of("LUN-04", "HOT-02", "BAK-06")),
    Planned(2, _AFTERNOON, _WESTLANDS, Buyer(BIRTHDAY), _of("HOT-05", BAK_07=1000)),
    Planned(1, _NOON, _WESTLANDS, Buyer("standard", 2), _of(LUN_01=2000, LUN_08=2000), LUNCH_CODE),
    Planned(2, _NOON, _WESTLANDS, Buyer(NEW), _of("HOT-01", "BAK-01"), method=CASH),
    Planned(1, _MORNING, _KAREN, Buyer("platinum", 1), _of("BRK-01", "HOT-03"), points=True),
    Planned(0, _MORNING, _WESTLANDS, Buyer("gold", 0), _of("HOT-04", "BAK-08")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class TillSale:
    """A sale at a till: when and where, of what, and how it is paid; `back_at` is when some of it comes back."""

    at: datetime
    uid: UUID = field(compare=False)
    planned: Planned = field(compare=False)
    reference: str = field(compare=False)
    back_at: datetime | None = field(compare=False)
    back_uid: UUID = field(compare=False)

    @property
    def store(self) -> str:
        return DEMO_STORES[self.planned.store].name

    @property
    def register(self) -> str:
        return DEMO_STORES[self.planned.store].registers[0]


def buyers_wanted() -> dict[str, int]:
    """How many customers of each kind the plan is about."""
    wanted: dict[str, int] = {}
    for each in _PLAN:
        wanted[each.buyer.kind] = max(wanted.get(each.buyer.kind, 0), each.buyer.n + 1)
    return wanted


def till_sales(*, at: datetime, seed: int) -> Sequence[TillSale]:
    """The plan's sales, in the order of time, all before `at`; the same seed and day give the same."""
    timezone = timezone_of(DEMO_BUSINESS.timezone)
    today = at.astimezone(timezone).date()
    rng = Random(f"{seed}/{today}/till")  # noqa: S311  a shop of dice, nothing to guess
    sales = []
    for n, planned in enumerate(_PLAN):
        # No two at one second.
        clock = datetime.combine(_day(planned.days, today), planned.clock, tzinfo=timezone) + timedelta(seconds=37 * n)
        # What would be sold later today was sold yesterday.
        moment = clock if clock < at else clock - timedelta(days=1)
        back = planned.back
        back_at = None if back is None else moment + timedelta(days=back.days, minutes=50)
        # What store credit does not cover is paid by phone.
        method = M_PESA if planned.method == WITH_CREDIT else planned.method
        reference = "" if method == ON_ACCOUNT else reference_drawn(method, moment.date(), rng)
        sales.append(TillSale(moment, _uid(rng), planned, reference, back_at, _uid(rng)))
    return sorted(sales)


def _day(days: int, today: date) -> date:
    return bean_week(today) + timedelta(days=3) if days == _BEAN_WEEK else today - timedelta(days=days)


def _uid(rng: Random) -> UUID:
    return UUID(int=rng.getrandbits(128), version=4)
