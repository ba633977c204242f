"""Every cell of the matrix: what each role may do in its own store, in another, with itself.

The table is written out here on its own, as the design has it; the acts go through selectors and services, as every
door does.
"""

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
from django.db import transaction

from regulars.access.people import person_create
from regulars.access.rights import RIGHTS, Role
from regulars.access.rules import Actor
from regulars.access.selectors import AuditFilter, audit_list, people_list, tokens_list
from regulars.access.tokens import token_create
from regulars.balances.errors import OverLimit
from regulars.balances.rules import EarningRule, PolicyTerms
from regulars.balances.selectors import (
    account_ageing,
    balances_of,
    balances_timeline,
    policies_all,
    statement_of,
)
from regulars.balances.services import (
    account_limit_set,
    account_pay,
    bonus_give,
    credit_adjust,
    points_adjust,
    points_redeem,
    policy_set,
)
from regulars.checkout.asking import Ask, AskedLine, Finalising, Pay, Paying
from regulars.checkout.errors import BasketRefused
from regulars.checkout.finalising import basket_finalise
from regulars.checkout.quoting import quote_open
from regulars.checkout.services import sale_reassign, sale_return, sale_void, sales_record
from regulars.core.errors import Forbidden, NotFound
from regulars.customers.details import CustomerDetails
from regulars.customers.rules import Contact
from regulars.customers.selectors import customer_details, customer_find
from regulars.customers.services import (
    custom_field_create,
    customer_consent,
    customer_create,
    customer_deactivate,
    customer_edit,
    customer_request,
    note_add,
)
from regulars.exchange.exporting import segment_export
from regulars.exchange.selectors import imports_list
from regulars.exchange.services import import_undo
from regulars.groups.selectors import group_get, groups_of_customer
from regulars.groups.services import (
    group_create,
    group_delete,
    group_rename,
    members_add,
    members_remove,
    pin_remove,
    pin_set,
)
from regulars.offers.engine.terms import Conditions, Kind, OfferTerms
from regulars.offers.errors import NotOfYourStores
from regulars.offers.price_books import price_book_delete, price_book_end, price_book_save
from regulars.offers.selectors import offer_get, offers_list, price_book_get, price_books_list
from regulars.offers.services import offer_end, offer_save
from regulars.privacy.selectors import requests_list
from regulars.privacy.services import request_answer
from regulars.sales.errors import StoreUnknown
from regulars.sales.finding import customers_find
from regulars.sales.listing import CustomerFilter, customers_list
from regulars.sales.receipts import receipt_get, receipts_list
from regulars.sales.selectors import business_get, product_get, products_list, registers_all, stores_all
from regulars.sales.services import product_set, profile_open, stock_set, store_create
from regulars.sales.setting_up import business_edit, store_close, store_edit, store_open
from regulars.sales.today import sales_newest, today_figures
from regulars.segments.selectors import rule_customers
from regulars.segments.services import segment_save, tier_set_save
from tests import cast

pytestmark = pytest.mark.usefixtures("shop")

# right                        cashier manager marketer analyst owner auditor register customer
TABLE = """
customers.find                 own     own     all      -       all   all     own      self
customers.see                  -       own     all      -       all   all     -        self
customers.create               yes     yes     yes      -       yes   -       yes      yes
customers.edit                 -       own     all      -       all   -       -        self
sales.see                      own     own     all      -       all   all     own      self
sales.record                   own     own     -        -       all   -       own      -
sales.return_without_receipt   -       own     -        -       all   -       -        -
sales.void                     -       own     -        -       all   -       -        -
sales.reassign                 -       own     -        -       all   -       -        -
segments.see                   own     own     all      all     all   all     -        -
groups.fill                    -       own     all      -       all   -       -        -
segments.edit                  -       -       yes      -       yes   -       -        -
offers.see                     own     own     all      all     all   all     own      -
offers.edit                    -       own     all      -       all   -       -        -
offers.manual_price            -       own     -        -       all   -       -        -
loyalty.edit                   -       -       -        -       yes   -       -        -
balances.see                   own     own     all      all     all   all     own      self
balances.adjust                -       own     -        -       all   -       -        -
balances.take_payment          own     own     -        -       all   -       -        -
balances.over_limit            -       own     -        -       all   -       -        -
customers.export               -       -       all      -       all   -       -        -
customers.export_facts         -       own     all      all     all   all     -        -
privacy.request                -       own     -        -       all   -       -        self
privacy.see                    -       -       -        -       yes   yes     -        -
privacy.answer                 -       -       -        -       yes   -       -        -
reports.see                    -       own     all      all     all   all     -        -
catalogue.see                  own     own     all      all     all   all     own      -
catalogue.count                -       own     -        -       all   -       own      -
catalogue.edit                 -       -       -        -       yes   -       -        -
exchange.import                -       -       -        -       yes   -       -        -
business.see                   -       -       -        -       yes   yes     -        -
business.edit                  -       -       -        -       yes   -       -        -
audit.see                      -       -       -        -       yes   yes     -        -
"""
CELLS = {
    (row.split()[0], role): cell for row in TABLE.strip().splitlines() for role, cell in zip(Role, row.split()[1:], strict=True)
}  # fmt: skip


class Place:
    """A store with a customer who bought there, a sale of theirs, an offer and a price book of its own."""

    def __init__(self, store: str, n: int, phone: str) -> None:
        self.store = cast.store(store)
        self.phone = phone
        self.number = f"W-{n:04}"
        self.n = n
        self.customer = cast.recorded(cast.sale(n, store=store, customer={"phone": phone, "name": "Anna"})).customer_id
        self.offer = f"Offer of {store}"
        self.offer_id = offer_save(self.offer, _terms(self), actor=cast.OPERATOR, at=cast.NOW)
        self.book = f"Prices of {store}"
        self.book_id = _book(self, self.book, cast.OPERATOR)
        self.request = customer_request(
            self.customer, kind="export", place="card", actor=cast.OPERATOR, at=cast.NOW, today=cast.NOW.date()
        )
        points_adjust(self.customer, 50, reason="to try", reference="begin", actor=cast.OPERATOR, at=cast.NOW)


@pytest.fixture
def places(shop):
    product_set(sku="MUG", name="Mug", price=1000, actor=cast.OPERATOR, at=cast.NOW)
    policy_set(POLICY, starts_on=date(2026, 1, 1), actor=cast.OPERATOR, at=cast.NOW)
    group_create("Staff", actor=cast.OPERATOR, at=cast.NOW)
    segment_save("Big", "spent > 5000", actor=cast.OPERATOR, at=cast.NOW)
    return {"own": Place(cast.WESTLANDS, 1, cast.ANNA_PHONE), "other": Place(cast.KAREN, 2, cast.BEN_PHONE)}


def actor_of(role: Role, place: Place) -> Actor:
    return Actor(
        key="person:7", name="Wanjiru", role=role, stores=frozenset({place.store.id}), customer_id=place.customer
    )


POLICY = PolicyTerms(rules=(EarningRule(name="All", points=1, per=10_000),))


def _terms(at: Place) -> OfferTerms:
    """An offer of that store alone."""
    return OfferTerms(kind=Kind.PERCENT, percent_milli=5000, conditions=Conditions(stores=(at.store.id,)))


def _book(at: Place, name: str, who: Actor, **more: int) -> int:
    return price_book_save(name, {"MUG": 900_000}, store_id=at.store.id, actor=who, at=cast.NOW, **more)


def _of_own_stores(change: Callable[[], object]) -> None:
    """Whoever sees an offer is told that it is of a store that is not theirs; here as where it is hidden."""
    try:
        change()
    except NotOfYourStores as refusal:
        raise NotFound(kind="offer", name="") from refusal


def _ask(at: Place, *, price_milli: int | None = None, customer: int | None = None) -> Ask:
    contact = None if customer is None else Contact(id=customer)
    return Ask(store=at.store.name, lines=(AskedLine("MUG", "", 1000, price_milli),), contact=contact)


def _at_the_till(sell: Callable[[], object]) -> None:
    """What a basket is refused with, as what it means for the right that is asked for."""
    try:
        sell()
    except OverLimit:
        raise Forbidden(actor="", right="balances.over_limit") from None
    except BasketRefused as refusal:
        said = [fault.message for fault in refusal.faults]
        if any('needs the right "offers.manual_price"' in sentence for sentence in said):
            raise Forbidden(actor="", right="offers.manual_price") from refusal
        assert all(sentence.startswith("there is no ") for sentence in said)
        raise StoreUnknown(name="", hint="") from refusal


def _over_limit(who: Actor, at: Place) -> None:
    """A mug on account, where nothing may be owed. In a store out of reach the right is not asked for."""
    asked = Finalising(uuid4(), _ask(at, customer=at.customer), 900, Paying((Pay("account"),)))
    try:
        _at_the_till(lambda: basket_finalise(asked, actor=who, at=cast.NOW))
    except StoreUnknown:
        who.require("balances.over_limit")
        raise


def _edit(who: Actor, at: Place) -> None:
    details = CustomerDetails(name="Anna A.", phones=(at.phone,))
    customer_edit(at.customer, details, country="KE", actor=who, at=cast.NOW, today=cast.NOW.date())


def _found(ids: list[int], at: Place) -> None:
    if at.customer not in ids:
        raise NotFound(kind="customer", name=at.customer)


def _records(payload: object, who: Actor) -> None:
    [answer] = sales_record([payload], actor=who, at=cast.NOW)
    said = [fault.message for fault in answer.faults]
    if any("a manager must record it" in sentence for sentence in said):
        raise Forbidden(actor=who.name, right="sales.return_without_receipt")
    if said:
        assert [sentence[:17] for sentence in said] == ["there is no store"]
        raise StoreUnknown(name="", hint="")


def _without_receipt(who: Actor, at: Place) -> None:
    _records(cast.sale(9, cast.line(quantity="-1"), kind="return", store=at.store.name), who)


def _group(name: str) -> int:
    return group_get(name, visible_to=cast.OPERATOR).id


def _among(shown: list[str], name: str) -> None:
    if name not in shown:
        raise NotFound(kind="thing", name=name)


DAY = cast.NOW.date()
Act = Callable[[Actor, Place], object]
ACTS: dict[str, list[Act]] = {
    "customers.find": [
        lambda who, at: _found(customers_find(at.phone[-6:], country="KE", visible_to=who), at),
        lambda who, at: customer_find(at.phone, country="KE", visible_to=who),
        lambda who, at: customer_find(str(at.customer), country="KE", visible_to=who),
    ],
    "customers.see": [
        lambda who, at: customer_details(at.customer, visible_to=who),
        lambda who, at: profile_open(at.customer, actor=who, at=cast.NOW),
        lambda who, at: _found([r.id for r in customers_list(CustomerFilter(), country="KE", visible_to=who)], at),
        lambda who, at: _found(
            [r.id for r in customers_list(CustomerFilter(), search="Anna", country="KE", visible_to=who)], at
        ),
    ],
    "customers.create": [
        lambda who, at: customer_create(
            CustomerDetails(name="New"), source="office", country="KE", actor=who, at=cast.NOW, today=cast.NOW.date()
        ),
    ],
    "customers.edit": [
        _edit,
        lambda who, at: note_add(at.customer, "Likes oat milk.", actor=who, at=cast.NOW),
        lambda who, at: customer_deactivate(at.customer, actor=who, at=cast.NOW),
        lambda who, at: customer_consent(
            at.customer, channel="email", is_given=True, wording="May we?", place="till", actor=who, at=cast.NOW
        ),
    ],
    "sales.see": [
        lambda who, at: receipt_get(at.number, visible_to=who),
        lambda who, at: _among([row.number for row in receipts_list(limit=9, visible_to=who)], at.number),
        lambda who, at: _among([row.number for row in sales_newest(limit=9, visible_to=who)], at.number),
    ],
    "sales.record": [
        lambda who, at: _records(cast.sale(8, store=at.store.name), who),
        lambda who, at: _records(cast.sale(at.n, store=at.store.name, customer={"phone": at.phone, "name": "Anna"}), who),
        lambda who, at: sale_return(at.number, uid=uuid4(), actor=who, at=cast.NOW),
        lambda who, at: points_redeem(at.customer, 20, reason="mug", reference="r", actor=who, at=cast.NOW),
    ],
    "sales.return_without_receipt": [_without_receipt],
    "sales.void": [lambda who, at: sale_void(at.number, actor=who, at=cast.NOW)],
    "sales.reassign": [
        lambda who, at: sale_reassign(at.number, None, actor=who, at=cast.NOW),
        lambda who, at: sale_reassign(at.number, at.customer, actor=who, at=cast.NOW),
    ],
    "segments.see": [
        lambda who, at: groups_of_customer(at.customer, visible_to=who),
        lambda who, at: _found(rule_customers("orders > 0", at=cast.NOW, visible_to=who), at),
    ],
    "offers.see": [
        lambda who, at: _at_the_till(lambda: quote_open(_ask(at), actor=who, at=cast.NOW)),
        lambda who, at: _among([each.name for each in offers_list(visible_to=who)], at.offer),
        lambda who, at: offer_get(at.offer, visible_to=who),
        lambda who, at: _among([each.name for each in price_books_list(visible_to=who)], at.book),
        lambda who, at: price_book_get(at.book, visible_to=who),
        lambda who, at: policies_all(visible_to=who)
        and _among([each.name for each in offers_list(visible_to=who)], at.offer),
    ],
    "offers.edit": [
        lambda who, at: _of_own_stores(lambda: offer_save("New", _terms(at), actor=who, at=cast.NOW)),
        lambda who, at: _of_own_stores(
            lambda: offer_save(at.offer, _terms(at), offer_id=at.offer_id, actor=who, at=cast.NOW)
        ),
        lambda who, at: _of_own_stores(lambda: offer_end(at.offer_id, actor=who, at=cast.NOW)),
        lambda who, at: _of_own_stores(lambda: _book(at, "Better prices", who, book_id=at.book_id)),
        lambda who, at: _of_own_stores(
            lambda: price_book_end(at.book_id, last_day=cast.NOW.date(), actor=who, at=cast.NOW)
        ),
        lambda who, at: _of_own_stores(lambda: price_book_delete(at.book_id, actor=who, at=cast.NOW)),
    ],
    "offers.manual_price": [
        lambda who, at: _at_the_till(lambda: quote_open(_ask(at, price_milli=500_000), actor=who, at=cast.NOW)),
    ],
    "loyalty.edit": [
        lambda who, at: policy_set(POLICY, starts_on=date(2027, 1, 1), actor=who, at=cast.NOW),
        lambda who, at: account_limit_set(None, 5000, actor=who, at=cast.NOW),
    ],
    "balances.see": [
        lambda who, at: balances_of(at.customer, at=cast.NOW, visible_to=who),
        lambda who, at: statement_of(at.customer, book="points", first=DAY, last=DAY, visible_to=who),
        lambda who, at: balances_timeline(at.customer, visible_to=who),
        lambda who, at: account_ageing(at.customer, today=DAY, visible_to=who),
    ],
    "balances.adjust": [
        lambda who, at: points_adjust(at.customer, 5, reason="late", reference="a", actor=who, at=cast.NOW),
        lambda who, at: credit_adjust(at.customer, 500, reason="late", reference="b", actor=who, at=cast.NOW),
        lambda who, at: bonus_give(at.customer, 5, reason="late", reference="c", actor=who, at=cast.NOW),
        lambda who, at: account_limit_set(at.customer, 5000, actor=who, at=cast.NOW),
    ],
    "balances.take_payment": [
        lambda who, at: account_pay(at.customer, 500, method="cash", reference="d", actor=who, at=cast.NOW),
    ],
    "balances.over_limit": [_over_limit],
    "privacy.request": [
        lambda who, at: customer_request(
            at.customer, kind="erasure", place="till", actor=who, at=cast.NOW, today=DAY
        ),
    ],
    "privacy.see": [lambda who, at: _among([str(r.id) for r in requests_list(limit=9, visible_to=who)], str(at.request))],
    "privacy.answer": [lambda who, at: request_answer(at.request, outcome="done", actor=who, at=cast.NOW)],
    "customers.export": [
        lambda who, at: _taken("orders > 0", ("id", "name"), who, at),
        lambda who, at: _taken(None, ("id", "code"), who, at),
    ],
    "customers.export_facts": [
        lambda who, at: _taken("orders > 0", ("id", "spent"), who, at),
        lambda who, at: _taken(None, ("id", "tags"), who, at),
    ],
    "groups.fill": [
        lambda who, at: members_add(_group("Staff"), [at.customer], actor=who, at=cast.NOW),
        lambda who, at: members_remove(_group("Staff"), [at.customer], actor=who, at=cast.NOW),
        lambda who, at: pin_set(_group("Big"), [at.customer], is_in=True, actor=who, at=cast.NOW),
        lambda who, at: pin_remove(_group("Big"), [at.customer], actor=who, at=cast.NOW),
    ],
    "segments.edit": [
        lambda who, at: segment_save("New", "spent > 5", actor=who, at=cast.NOW),
        lambda who, at: tier_set_save("Club", "Plain; Gold: spent > 5", actor=who, at=cast.NOW),
        lambda who, at: group_create("New", actor=who, at=cast.NOW),
        lambda who, at: group_rename(_group("Big"), "Bigger", actor=who, at=cast.NOW),
        lambda who, at: group_delete(_group("Big"), actor=who, at=cast.NOW),
    ],
    "reports.see": [
        lambda who, at: _among([s.name for s in today_figures(at=cast.NOW, visible_to=who).stores], at.store.name),
    ],
    "catalogue.see": [
        lambda who, at: _among([store.name for store in stores_all(visible_to=who)], at.store.name),
        lambda who, at: [products_list(limit=9, visible_to=who), product_get("MUG", visible_to=who)]
        and _among([store.name for store in stores_all(visible_to=who)], at.store.name),
        lambda who, at: registers_all(visible_to=who)
        or _among([store.name for store in stores_all(visible_to=who)], at.store.name),
    ],
    "catalogue.count": [
        lambda who, at: stock_set(
            product=product_get("MUG", visible_to=cast.OPERATOR), store=at.store, on_hand_milli=5000, actor=who,
            at=cast.NOW,
        ),
    ],
    "catalogue.edit": [lambda who, at: product_set(sku="MUG", name="Cup", actor=who, at=cast.NOW)],
    "exchange.import": [
        lambda who, at: imports_list(visible_to=who),
        lambda who, at: _absent_is_fine(lambda: import_undo(import_id=99, actor=who, at=cast.NOW)),
    ],
    "business.see": [lambda who, at: people_list(visible_to=who), lambda who, at: tokens_list(visible_to=who)],
    "business.edit": [
        lambda who, at: business_edit(
            name="X", country="KE", week_start="monday", actor=who, at=cast.NOW
        ),
        lambda who, at: store_edit(at.store.id, name="X", city="", region="", actor=who, at=cast.NOW),
        lambda who, at: store_create(name="New", business=business_get(), actor=who, at=cast.NOW),
        lambda who, at: store_close(at.store.id, actor=who, at=cast.NOW),
        lambda who, at: store_open(at.store.id, actor=who, at=cast.NOW),
        lambda who, at: custom_field_create("Shoe size", kind="number", actor=who, at=cast.NOW),
        lambda who, at: token_create(name="till", store_id=at.store.id, actor=who, at=cast.NOW),
        lambda who, at: person_create(
            login="new", name="New", role="analyst", password="correct horse battery", actor=who, at=cast.NOW
        ),
    ],
    "audit.see": [lambda who, at: audit_list(AuditFilter(), limit=5, visible_to=who)],
}  # fmt: skip


def _taken(told: str | None, columns: tuple[str, ...], who: Actor, at: Place) -> None:
    """The customer stands in the file, by number; else it was not taken."""
    with transaction.atomic():
        export = segment_export(told, form="csv", columns=columns, purpose="a count", actor=who, at=cast.NOW)
        _heading, *rows = b"".join(export.parts).decode().split()
        _found([int(row.partition(",")[0]) for row in rows], at)


def _absent_is_fine(act: Callable[[], object]) -> None:
    try:
        act()
    except NotFound:
        return


def _outcome(act: Act, who: Actor, at: Place, *, before: object) -> str:
    """ "done", "absent" or "forbidden"; a refusal changes nothing. What was done is undone."""
    with transaction.atomic():
        try:
            act(who, at)
        except (Forbidden, NotFound) as refusal:
            assert cast.everything() == before
            return "forbidden" if isinstance(refusal, Forbidden) else "absent"
        transaction.set_rollback(True)
    return "done"


EXPECTED = {
    "-": {"own": "forbidden", "other": "forbidden"},
    "own": {"own": "done", "other": "absent"},
    "self": {"own": "done", "other": "absent"},
    "all": {"own": "done", "other": "done"},
    "yes": {"own": "done", "other": "done"},
}


@pytest.mark.parametrize("role", list(Role), ids=str)
@pytest.mark.parametrize("right", ACTS)
def test_a_cell_of_the_matrix(right, role, places):
    who = actor_of(role, places["own"])
    before = cast.everything()
    found = [
        {where: _outcome(act, who, place, before=before) for where, place in places.items()} for act in ACTS[right]
    ]
    assert found == [EXPECTED[CELLS[right, role]]] * len(ACTS[right])


def test_every_right_of_the_matrix_is_tried():
    assert set(ACTS) == set(RIGHTS) == {right for right, _role in CELLS}


def test_hidden_and_absent_answer_with_the_same_words(places):
    who = actor_of(Role.MANAGER, places["own"])
    hidden, absent = places["other"].customer, 10_000_000
    for act in (
        lambda id_: customer_details(id_, visible_to=who),
        lambda id_: customer_find(str(id_), country="KE", visible_to=who),
        lambda id_: note_add(id_, "x", actor=who, at=cast.NOW),
        lambda id_: sale_reassign(places["own"].number, id_, actor=who, at=cast.NOW),
    ):
        said = []
        for id_ in (hidden, absent):
            with pytest.raises(NotFound) as refusal:
                act(id_)
            said.append((type(refusal.value), str(refusal.value).replace(str(id_), "N")))
        assert said[0] == said[1]


def test_a_till_learns_nothing_of_another_store_by_guessing_ids(places):
    who = actor_of(Role.REGISTER, places["own"])
    told = cast.sale(2, store=cast.KAREN, customer={"phone": cast.BEN_PHONE, "name": "Anna"})
    unknown = cast.sale(77, store="Nowhere", customer={"id": places["other"].customer})
    [known, guessed] = sales_record([told, unknown], actor=who, at=cast.NOW)
    assert [str(fault) for fault in known.faults] == ['store: there is no store "Karen"; add it first']
    assert [str(fault) for fault in guessed.faults] == [
        'store: there is no store "Nowhere"; add it first',
        f"customer.id: there is no customer {places['other'].customer}",
    ]
