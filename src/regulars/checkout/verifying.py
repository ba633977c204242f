"""Everything derived held against what it is derived from."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from regulars.access.rules import Actor
from regulars.balances.rules import PAID_WITH_POINTS
from regulars.balances.verifying import BalanceDifference
from regulars.balances.verifying import differences as balance_differences
from regulars.checkout.models import SaleTrace
from regulars.core.days import moment_at, timezone_of
from regulars.core.text import marked as _
from regulars.customers.models import Customer, Identity
from regulars.customers.search import search_differences
from regulars.groups.models import Group
from regulars.lake.checking import lake_check, lake_status
from regulars.offers.verifying import OfferDifference
from regulars.offers.verifying import differences as offer_differences
from regulars.sales.facts import facts_differences
from regulars.sales.models import Payment, Sale, SaleLine, Store
from regulars.sales.selectors import business_get, business_today
from regulars.segments.upkeep import memberships_differ

# Enough to see what is wrong; the count says how much.
MOST_SHOWN = 20
# So many sales are looked at together.
_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Difference:
    """Something derived that is not what it should be."""

    subject: str
    finding: str


def differences(*, visible_to: Actor, at: datetime) -> Iterator[Difference]:
    """Every kind of derived data that differs from a full rebuild; nothing when all is well. Reads everything once.

    `at`: what may have expired by now.
    """
    visible_to.require("business.see")
    yield from _of_customers(facts_differences(business=business_get()), _("the facts are not what the sales say"))
    yield from _of_customers(_without_code(), _("the code on the card does not lead to the customer"))
    yield from (Difference("search", finding) for finding in search_differences())
    yield from _of_sales(_with_other_sums(), _("the totals are not what the lines add up to"))
    yield from _of_sales(_apart_from_original(), _("the return is not with the customer of its sale"))
    yield from _of_sales(_led_astray(), _("the customer holds none of the identities the sale gave"))
    yield from _of_sales(list(_on_another_day()), _("the business day is not the store's"))
    yield from _of_members(list(memberships_differ()))
    yield from _found(islice(balance_differences(today=business_today(at=at)), MOST_SHOWN))
    yield from _found(islice(offer_differences(), MOST_SHOWN))
    yield from _of_sales(_with_other_trace(), _("the sale is not what was quoted for it"))
    yield from _of_lake(at)


def _of_customers(ids: list[int], finding: str) -> Iterator[Difference]:
    yield from (Difference(f"customer {id_}", finding) for id_ in ids[:MOST_SHOWN])
    if len(ids) > MOST_SHOWN:
        yield Difference("customers", _("%(finding)s: %(count)s in all") % {"finding": finding, "count": len(ids)})


def _of_members(found: Sequence[tuple[int, int, bool]]) -> Iterator[Difference]:
    """Customers who should be in a group and are not, or are and should not be."""
    names = dict(Group.objects.values_list("id", "name"))
    for customer, group, is_in in found[:MOST_SHOWN]:
        finding = _("should be in %s and is not") if is_in else _("should not be in %s and is")
        yield Difference(f"customer {customer}", finding % f'"{names[group]}"')
    if len(found) > MOST_SHOWN:
        yield Difference("groups", _("%s memberships are not what the rules say") % len(found))


def _found(found: Iterable[BalanceDifference | OfferDifference]) -> Iterator[Difference]:
    yield from (Difference(each.subject, each.finding) for each in found)


def _of_lake(at: datetime) -> Iterator[Difference]:
    """What the lake's files say otherwise than the database, where there are any."""
    if lake_status().made is not None:
        finding = _("%s of %s are %s, and %s in the database")
        for each in islice(lake_check(at=at), MOST_SHOWN):
            told = finding % (each.measure, each.month or _("all"), each.lake, each.database)
            yield Difference(f"lake: {each.relation}", told)


def _of_sales(numbers: list[str], finding: str) -> Iterator[Difference]:
    yield from (Difference(f"sale {number}", finding) for number in numbers[:MOST_SHOWN])
    if len(numbers) > MOST_SHOWN:
        yield Difference("sales", _("%(finding)s: %(count)s in all") % {"finding": finding, "count": len(numbers)})


def _without_code() -> list[int]:
    codes = Identity.objects.filter(customer=OuterRef("id"), kind="code", value=OuterRef("code"))
    rows = Customer.objects.annotate(held=Subquery(codes.values("id")[:1])).filter(held=None)
    return list(rows.values_list("id", flat=True))


def _summed(column: str, *, counted: bool) -> Coalesce:
    """The sum of a column over the lines of a sale; gift cards are left out of what counts as spending."""
    lines = SaleLine.objects.filter(sale=OuterRef("id")).order_by()
    if counted:
        lines = lines.filter(is_gift_card=False)
    return Coalesce(Subquery(lines.values("sale").annotate(whole=Sum(column)).values("whole")), 0)


def _with_other_sums() -> list[str]:
    rows = Sale.objects.annotate(
        lines_total=_summed("net", counted=False),
        lines_net=_summed("net", counted=True),
        lines_tax=_summed("tax", counted=True),
        lines_discount=_summed("discount", counted=True),
        lines_units=_summed("quantity_milli", counted=True),
    )
    same = Q(
        total=F("lines_total"), net=F("lines_net"), tax=F("lines_tax"), discount=F("lines_discount"),
        units_milli=F("lines_units"),
    )  # fmt: skip
    return _numbers(rows.exclude(same))


def _apart_from_original() -> list[str]:
    owner = Sale.objects.filter(uid=OuterRef("original_uid")).values("customer_id")[:1]
    returns = Sale.objects.filter(original_uid__isnull=False, original_uid__in=Sale.objects.values("uid"))
    rows = returns.annotate(owner=Subquery(owner))
    together = Q(owner=F("customer_id")) | Q(owner=None, customer_id=None)
    return _numbers(rows.exclude(together))


def _led_astray() -> list[str]:
    """Sales led by a contact to a customer, no person having touched either, who holds nothing that was given."""
    held = Identity.objects.filter(customer=OuterRef("customer")).filter(
        Q(kind="phone", value=OuterRef("contact__phone"))
        | Q(kind="email", value=OuterRef("contact__email"))
        | Q(kind="code", value=OuterRef("contact__code"))
    )
    given = Q(contact__phone__gt="") | Q(contact__email__gt="") | Q(contact__code__gt="")
    rows = Sale.objects.filter(given, is_assigned=False, original_uid=None, contact__customer_given=None)
    rows = rows.exclude(customer__is_vouched=True)
    return _numbers(rows.annotate(held=Subquery(held.values("id")[:1])).filter(held=None))


def _with_other_trace() -> list[str]:
    """Sales that cost otherwise than their quote says, or of which points pay otherwise than their payments say."""
    found = []
    rows = SaleTrace.objects.order_by("sale_id").values_list(
        "sale_id", "sale__number", "sale__total", "quote", "points"
    )
    told = iter(rows.iterator(chunk_size=_AT_ONCE))
    while chunk := list(islice(told, _AT_ONCE)):
        paid = dict(
            Payment.objects.filter(sale_id__among=[row[0] for row in chunk], method=PAID_WITH_POINTS)
            .exclude(status="failed")
            .order_by()
            .values_list("sale_id")
            .annotate(whole=Sum("amount"))
        )
        for sale_id, number, total, quote, (points, worth, by_line) in chunk:
            is_quoted = quote is None or quote["total"] == total
            is_paid = not points or (worth == paid.get(sale_id, 0) == sum(by_line))
            if not (is_quoted and is_paid):
                found.append(number)
    return found


def _numbers(rows: QuerySet[Sale]) -> list[str]:
    return list(rows.order_by("id").values_list("number", flat=True))


def _on_another_day() -> Iterator[str]:
    clocks = {store.id: (timezone_of(store.timezone), store.day_cutoff) for store in Store.objects.all()}
    rows = Sale.objects.order_by("id").values_list("number", "store_id", "sold_at", "day", "weekday", "hour", "minute")
    for number, store, sold_at, *stored in rows.iterator(chunk_size=5000):
        timezone, cutoff = clocks[store]
        if tuple(stored) != moment_at(sold_at, timezone=timezone, cutoff_minutes=cutoff):
            yield number
