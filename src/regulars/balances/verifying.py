"""Balances held against what they follow from: the entries, and the sales, added up anew in another way."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import groupby, islice
from math import ceil, floor
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, Q, Subquery, Sum

from regulars.balances.documents import Document, Documents, documents_read
from regulars.balances.holding import day_read
from regulars.balances.models import Balance, Entry, Lot, Policy, Redemption
from regulars.balances.policies import policy_of_form
from regulars.balances.rules import Occasion, points_earned, sale_terms
from regulars.core.text import marked as _
from regulars.sales.models import Sale
from regulars.storage.reading import moment_read, rows_read, uuid_read

# So many sales are looked at together.
AT_ONCE = 500
_WITHOUT_BALANCE = """
    SELECT e.customer_id, e.book, SUM(e.amount), COALESCE(MAX(b.amount), 0) FROM balances_entry AS e
    LEFT JOIN balances_balance AS b ON b.customer_id = e.customer_id AND b.book = e.book
    GROUP BY e.customer_id, e.book HAVING SUM(e.amount) <> COALESCE(MAX(b.amount), 0) ORDER BY e.customer_id, e.book
"""
# No index leads from a lot to its entries, so all are added up at once.
_OTHER_THAN_ENTRIES = """
    SELECT l.id, l.remaining, COALESCE(e.summed, 0) FROM balances_lot AS l LEFT JOIN (
        SELECT lot_id, SUM(amount) AS summed, MIN(customer_id) AS least, MAX(customer_id) AS most,
            MIN(book) AS first, MAX(book) AS last
        FROM balances_entry WHERE lot_id IS NOT NULL GROUP BY lot_id
    ) AS e ON e.lot_id = l.id
    WHERE l.remaining <> COALESCE(e.summed, 0)
        OR e.least <> l.customer_id OR e.most <> l.customer_id OR e.first <> l.book OR e.last <> l.book
    ORDER BY l.id
"""
# Sales that earned nothing for whom they were stored for, with the moment they were stored.
_SILENT = """
    SELECT s.uid, s.day, e.at FROM sales_sale AS s JOIN (
        SELECT subject_id, customer_id, MIN(at) AS at FROM events_event
        WHERE kind = 'sale.recorded' AND customer_id IS NOT NULL GROUP BY subject_id, customer_id
    ) AS e ON e.subject_id = s.id AND e.customer_id = s.customer_id
    WHERE s.kind = 'sale' AND s.status = 'completed' AND NOT s.is_assigned AND NOT EXISTS (
        SELECT 1 FROM balances_entry AS b
        WHERE b.sale_uid = s.uid AND b.customer_id = s.customer_id AND b.kind = 'earn'
    )
    ORDER BY s.id
"""


class BalanceDifference(NamedTuple):
    """Something kept that does not follow from what it should follow from."""

    subject: str
    finding: str


def differences(*, today: date) -> Iterator[BalanceDifference]:
    """Every balance, lot and entry that is not what the ledger and the sales say; nothing when all is well.

    Reads everything once.
    """
    yield from _balances()
    yield from _lots(today)
    yield from _draws()
    yield from _sales()
    yield from _visits()
    yield from _forgotten()


def _balances() -> Iterator[BalanceDifference]:
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_BALANCE)
        for customer, book, summed, kept in cursor.fetchall():
            finding = _("the balance of %s is kept as %s, and its entries add up to %s")
            yield BalanceDifference(f"customer {customer}", finding % (book, kept, summed))
    entries = Entry.objects.filter(customer=OuterRef("customer_id"), book=OuterRef("book")).order_by()
    empty = Balance.objects.exclude(amount=0).annotate(first=Subquery(entries.values("id")[:1])).filter(first=None)
    for customer, book, amount in empty.values_list("customer_id", "book", "amount"):
        yield BalanceDifference(f"customer {customer}", _("%s of %s are held without an entry") % (amount, book))


def _lots(today: date) -> Iterator[BalanceDifference]:
    for id_, remaining, summed in rows_read(_OTHER_THAN_ENTRIES):
        yield BalanceDifference(f"lot {id_}", _("it holds %s, and its entries add up to %s") % (remaining, summed))
    usable = Q(expires_on=None) | Q(expires_on__gte=today)
    holding = Lot.objects.filter(usable, customer=OuterRef("customer_id"), book=OuterRef("book"), remaining__gt=0)
    owing = Lot.objects.filter(remaining__lt=0).annotate(other=Subquery(holding.order_by("id").values("id")[:1]))
    for id_, other in owing.exclude(other=None).order_by("id").values_list("id", "other"):
        yield BalanceDifference(f"lot {id_}", _("it owes while lot %s holds something") % other)


class _Step(NamedTuple):
    """An entry of a lot, as far as the order of drawing is concerned."""

    source: str
    customer: int
    book: str
    kind: str
    amount: int
    lot: int
    day: date


def _draws() -> Iterator[BalanceDifference]:
    """The ledger gone through from its beginning: whatever was spent came from the lots it had to come from."""
    lots = {lot.id: lot for lot in Lot.objects.iterator(chunk_size=5_000)}
    rows = Entry.objects.filter(lot__isnull=False).order_by("customer_id", "book", "id")
    steps = (
        _Step(*row)
        for row in rows.values_list("source", "customer_id", "book", "kind", "amount", "lot_id", "day").iterator(
            chunk_size=5_000
        )
    )
    for (customer, _book), of_one in groupby(steps, key=attrgetter("customer", "book")):
        held: dict[int, int] = defaultdict(int)
        for (source, is_spending), some in groupby(of_one, key=lambda step: (step.source, _is_spending(step))):
            group = list(some)
            if is_spending and not _drawn_rightly(group, held, lots):
                finding = _("%s did not draw from what expires soonest")
                yield BalanceDifference(f"customer {customer}", finding % source)
            for step in group:
                held[step.lot] += step.amount


def _is_spending(step: _Step) -> bool:
    return step.kind == "spend" or (step.kind == "adjust" and step.amount < 0)


def _drawn_rightly(group: Sequence[_Step], held: Mapping[int, int], lots: Mapping[int, Lot]) -> bool:
    """Each lot that was drawn from is empty then, or is the last; and none that comes before it was left out."""
    drawn = {step.lot: -step.amount for step in group if lots[step.lot].terms.get("by") != "overdraw"}
    left = sum(drawn.values())
    day = group[0].day
    order = sorted(
        (lot for lot in map(lots.__getitem__, held) if held[lot.id] > 0 and _is_open(lot, day)),
        key=lambda lot: (lot.expires_on is None, lot.expires_on or day, lot.earned_on, lot.id),
    )
    for lot in order:
        part = min(left, held[lot.id])
        if drawn.pop(lot.id, 0) != part:
            return False
        left -= part
    return not drawn and not left


def _is_open(lot: Lot, day: date) -> bool:
    return lot.available_on <= day and (lot.expires_on is None or lot.expires_on >= day)


# Sums by customer and what they are of.
_Sums = dict[tuple[int, str], int]
_OF = {
    "earn": "earned", "earn_back": "earned", "spend": "spent", "spend_back": "spent", "issue": "issued",
    "issue_back": "issued", "charge": "charged", "charge_back": "charged",
}  # fmt: skip


def _sales() -> Iterator[BalanceDifference]:
    """Each sale that moved a balance, or should have, against what was booked for it."""
    rows = Entry.objects.filter(sale_uid__isnull=False).exclude(reason="visit").order_by("sale_uid")
    uids = rows.values_list("sale_uid", flat=True).distinct().iterator(chunk_size=5_000)
    while some := [uid for uid in islice(uids, AT_ONCE) if uid is not None]:
        yield from _of_sales(some)


def _of_sales(uids: Sequence[UUID]) -> Iterator[BalanceDifference]:
    booked: dict[UUID, _Sums] = defaultdict(lambda: defaultdict(int))
    lots: dict[UUID, dict[int, int]] = defaultdict(dict)
    rows = Entry.objects.filter(sale_uid__among=uids, kind__in=_OF).order_by("id")
    for uid, customer, book, kind, amount, lot in rows.values_list(
        "sale_uid", "customer_id", "book", "kind", "amount", "lot_id"
    ):
        if uid is not None:
            booked[uid][customer, f"{book} {_OF[kind]}"] += amount
        if uid is not None and kind == "earn" and lot is not None:
            lots[uid][customer] = lot
    found = documents_read(uids)
    terms = dict(Lot.objects.filter(sale_uid__among=uids).values_list("id", "terms"))
    redeemed = {each.sale_uid: each for each in Redemption.objects.filter(sale_uid__among=uids)}
    for uid in uids:
        sale = found.sales.get(uid)
        wanted = _wanted(sale, found, lots.get(uid, {}), terms, redeemed.get(uid)) if sale is not None else {}
        for key in sorted(booked[uid].keys() | wanted.keys()):
            if booked[uid].get(key, 0) != wanted.get(key, 0):
                finding = _("customer %s has %s %s, and should have %s")
                told = (key[0], key[1], booked[uid].get(key, 0), wanted.get(key, 0))
                yield BalanceDifference(f"sale {sale.number if sale else uid}", finding % told)


def _wanted(
    sale: Document, found: Documents, lots: Mapping[int, int], terms: Mapping[int, Any], redeemed: Redemption | None
) -> Mapping[tuple[int, str], int]:
    """What the sale says now, by customer and book."""
    customer = sale.customer
    if customer is None or not sale.is_completed:
        return {}
    returns = found.returns.get(sale.uid, ())
    paid: dict[str, int] = defaultdict(int)
    for each in (sale, *returns):
        for method, amount in each.paid.items() if not each.is_imported else ():
            paid[method] += amount
    wanted = {
        (customer, "credit spent"): -max(0, paid["store_credit"]),
        (customer, "credit issued"): max(0, -paid["store_credit"]),
        (customer, "account charged"): paid["account"],
    }
    if redeemed is not None:
        wanted[customer, "points spent"] = -ceil(Fraction(1000 * paid["points"], redeemed.point_value_milli))
    if customer in lots:
        all_paid = sum(each.paid.get("points", 0) for each in (sale, *returns))
        wanted[customer, "points earned"] = _earned(sale, returns, terms[lots[customer]], all_paid)
    return wanted


def _earned(sale: Document, returns: Iterable[Document], terms: Mapping[str, Any], paid: int) -> int:
    """What is left of the sale earns, by the terms in the lot: added up line by line."""
    rates = [terms["rates"][n] for n in _places(terms["lines"])]
    left = _left(sale, returns)
    payable = sum(net for rate, (_quantity, net, _tax) in zip(rates, left, strict=True) if rate[2])
    share = 1 - Fraction(min(max(0, paid), payable), payable) if payable else Fraction(1)
    points = Fraction(0)
    for (per_minor, per_milli, is_redeemable), (quantity, net, tax) in zip(rates, left, strict=True):
        base = net if terms["tax"] else max(0, net - max(0, tax))
        points += Fraction(per_minor) * base * (share if is_redeemable else 1) + Fraction(per_milli) * quantity
    return floor(points)


def _places(lines: int | list[int]) -> list[int]:
    return [0] * lines if isinstance(lines, int) else lines


def _left(sale: Document, returns: Iterable[Document]) -> list[tuple[int, int, int]]:
    """Quantity, worth and tax that are left of each line; nothing of a line that came back wholly."""
    left = {each.n: [each.line.quantity_milli, each.line.net, each.line.tax] for each in sale.lines}
    back = sorted((line for each in returns for line in each.lines), key=lambda line: line.returns_line == 0)
    for each in back:
        quantity, net, tax = -each.line.quantity_milli, -each.line.net, -each.line.tax
        first = [line.n for line in sale.lines if line.n == each.returns_line]
        for n in [*first, *(line.n for line in sale.lines)]:
            [product] = [line.product for line in sale.lines if line.n == n]
            part = min(quantity, left[n][0]) if product == each.product else 0
            if part > 0:
                net_part, tax_part = net * part // quantity, tax * part // quantity
                left[n] = [left[n][0] - part, left[n][1] - net_part, left[n][2] - tax_part]
                quantity, net, tax = quantity - part, net - net_part, tax - tax_part
    return [(quantity, max(0, net), tax) if quantity > 0 else (0, 0, 0) for quantity, net, tax in left.values()]


def _visits() -> Iterator[BalanceDifference]:
    """What a visit earned stands as long as a sale of it does."""
    rows = Entry.objects.filter(reason="visit", kind__in=("earn", "earn_back")).order_by("lot_id")
    summed = dict(rows.values_list("lot_id").annotate(sum=Sum("amount")))
    for lot in Lot.objects.filter(id__in=rows.values("lot_id")).order_by("id"):
        terms = lot.terms
        sales = Sale.objects.filter(
            customer=lot.customer_id, store=terms["store"], day=terms["day"], kind="sale", status="completed"
        )  # fmt: skip
        stands = any(units + _brought_back(uid) > 0 for uid, units in sales.values_list("uid", "units_milli"))
        if summed.get(lot.id, 0) != (lot.amount if stands else 0):
            finding = _("the visit has earned %s, and should have %s")
            yield BalanceDifference(f"lot {lot.id}", finding % (summed.get(lot.id, 0), lot.amount if stands else 0))


def _brought_back(uid: UUID) -> int:
    returns = Sale.objects.filter(original_uid=uid, status="completed")
    return returns.aggregate(sum=Sum("units_milli"))["sum"] or 0


def _forgotten() -> Iterator[BalanceDifference]:
    """Sales stored under a policy that earned nothing and should have; not where it asks for tiers.

    Only those of whom they were stored for: who is given a sale later earns by what is in force then.
    """
    versions = list(Policy.objects.order_by("starts_on", "id"))
    if not versions:
        return
    told = ((uuid_read(uid), day_read(day), moment_read(at)) for uid, day, at in rows_read(_SILENT))
    silent = (each for each in told if each[1] >= versions[0].starts_on)
    while some := list(islice(silent, AT_ONCE)):
        found = documents_read([uid for uid, _day, _at in some])
        for uid, day, stored_at in some:
            known = [each for each in versions if each.made_at < stored_at]
            version = next((each for each in reversed(known) if each.starts_on <= day), None)
            missed = _missed(found.sales[uid], version) if version is not None else 0
            if missed:
                finding = _("nothing was earned, and should have been: %s points")
                yield BalanceDifference(f"sale {found.sales[uid].number}", finding % missed)


def _missed(sale: Document, version: Policy) -> int:
    """What the sale should have earned; 0 where that hangs on the tiers somebody held then."""
    policy = policy_of_form(version.terms)
    if any(rule.tiers for rule in policy.rules):
        return 0
    lines = [each.line for each in sale.lines]
    terms = sale_terms(version.id, policy, lines, Occasion(sale.store, sale.day))
    return points_earned(terms, lines, paid_with_points=max(0, sale.paid["points"]))
