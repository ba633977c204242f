"""What the end of a business day does to balances: what is over expires, and who has a birthday is given a bonus."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta

from regulars.access.rules import OPERATOR
from regulars.balances.granting import bonus_over, lot_given
from regulars.balances.holding import Cause, Ledger, customers_hold
from regulars.balances.inforce import policies_now
from regulars.balances.models import DayEnd, Entry, Lot, Policy
from regulars.balances.rules import POINTS
from regulars.customers.following import customers_touched
from regulars.customers.models import Customer
from regulars.sales.selectors import business_today
from regulars.storage.writing import together, writing

# So many customers are written in one transaction: a till that waits for it waits for that long.
WRITTEN_AT_ONCE = 200
_ONE_DAY = timedelta(days=1)


def days_end(*, at: datetime) -> int:
    """Every business day that is over has ended, also those that were missed, in order; how many. Again, none.

    Nor where there is nothing that a day could end: no policy, and nothing that was given by hand.
    """
    if not (Policy.objects.exists() or Lot.objects.exists()):
        return 0
    yesterday = business_today(at=at) - _ONE_DAY
    finished = DayEnd.objects.values_list("day", flat=True).first()
    day = yesterday if finished is None else finished + _ONE_DAY
    ended = 0
    while day <= yesterday:
        day_end(day, at=at)
        day, ended = day + _ONE_DAY, ended + 1
    return ended


def day_end(day: date, *, at: datetime) -> None:
    """The day has ended: what could be spent until then has expired, and who has a birthday on the next has a bonus.

    Ending it again does only what was not done. Some customers at a time, each with all that is theirs; tills may sell
    meanwhile. A day that is not over yet is left alone.
    """
    today = business_today(at=at)
    if day >= today:
        return
    while customers := _with_what_is_over(day):
        together(lambda ids=customers: _expire(ids, day, today, at))  # type: ignore[misc]
    for some in _chunks(_born_on(day + _ONE_DAY)):
        together(lambda ids=some: _congratulate(ids, day + _ONE_DAY, today, at))  # type: ignore[misc]
    with writing():
        if not DayEnd.objects.filter(id=1, day__gte=day).exists():
            DayEnd.objects.update_or_create(id=1, defaults={"day": day})


def _with_what_is_over(day: date) -> list[int]:
    rows = Lot.objects.filter(remaining__gt=0, expires_on__lte=day).order_by("customer_id")
    return list(rows.values_list("customer_id", flat=True).distinct()[:WRITTEN_AT_ONCE])


def _expire(customer_ids: Collection[int], day: date, today: date, at: datetime) -> None:
    """Each lot counts as expired on its own last day, also where that was missed."""
    customers_hold(customer_ids)
    ledger = Ledger(today, at, OPERATOR)
    ledger.read(customer_ids)
    for lot in [lot for lots in ledger.lots.values() for lot in lots]:
        if lot.remaining > 0 and lot.expires_on is not None and lot.expires_on <= day:
            ledger.add(lot, "expire", -lot.remaining, Cause(f"expiry/{lot.id}/{day.isoformat()}", lot.expires_on))
    customers_touched(ledger.write(), reason="balance", at=at)


def _born_on(day: date) -> Sequence[int]:
    """Whose birthday it is; who was born on 29 February has it on the 28th in common years."""
    born = Customer.objects.filter(is_active=True, birth_date__month=day.month, joined__lte=day)
    days = [day.day, 29] if (day.month, day.day) == (2, 28) and (day + _ONE_DAY).month == 3 else [day.day]
    return list(born.filter(birth_date__day__in=days).order_by("id").values_list("id", flat=True))


def _congratulate(customer_ids: Collection[int], day: date, today: date, at: datetime) -> None:
    version = policies_now().on(day)
    if version is None or not version.terms.birthday_bonus:
        return
    customers_hold(customer_ids)
    names = {f"birthday/{customer}/{day.year}": customer for customer in customer_ids}
    for given in Entry.objects.filter(sale_uid=None, source__among=list(names), part=0).values_list(
        "source", flat=True
    ):
        del names[given]
    ledger = Ledger(today, at, OPERATOR)
    ledger.read(list(names.values()))
    over = bonus_over(version.terms, day)
    for source, customer in names.items():
        cause = Cause(source, day, None, "birthday")
        lot = lot_given(customer, POINTS, version.terms.birthday_bonus, day=day, over=over, by="birthday")
        ledger.bring(lot, "bonus", cause)
        ledger.even_out(customer, POINTS, cause)
    customers_touched(ledger.write(), reason="balance", at=at)


def _chunks(customer_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(customer_ids), WRITTEN_AT_ONCE):
        yield customer_ids[start : start + WRITTEN_AT_ONCE]
