"""Loading the demo shop: made as files, imported as any files are."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from regulars.access.people import person_create
from regulars.access.rules import OPERATOR
from regulars.access.selectors import people_list
from regulars.core.days import timezone_of
from regulars.exchange.demo import (
    DEMO_BUSINESS,
    DEMO_PASSWORD,
    DEMO_PEOPLE,
    DEMO_STORES,
    DemoPerson,
    demo_files,
    demo_products,
)
from regulars.exchange.mapping import preset_named
from regulars.exchange.services import import_run
from regulars.groups.services import group_create, members_add
from regulars.sales.selectors import business_get, stores_named
from regulars.sales.services import product_set, stock_set, store_create
from regulars.segments.editing import segment_create
from regulars.segments.selectors import rule_customers
from regulars.segments.services import tier_set_save
from regulars.segments.templates import SEGMENT_TEMPLATES, TIER_TEMPLATE
from regulars.storage.writing import alone

# The demo shop sells in shillings.
DEMO_LADDER = "Standard: spent < 5000; Gold: spent between 5000 and 20000; Platinum: spent > 20000"
DEMO_GROUPS = (
    ("Coffee club", "Members of the tasting on the first Thursday."),
    ("Staff and friends", "Are left out of every offer."),
)


def demo_load(folder: Path, *, customers: int, seed: int, at: datetime, say: Callable[[str], None]) -> None:
    """The demo shop's stores, catalogue, stock and two years of sales are in the database, which holds its business.

    `folder` takes the files in between. The last sales are those of today, up to now.
    """
    say("Making two years of a small chain ...")
    clock = at.astimezone(timezone_of(DEMO_BUSINESS.timezone))
    seconds = (clock.hour * 60 + clock.minute) * 60 + clock.second
    made = demo_files(folder, customers=customers, seed=seed, until=clock.date(), until_second=seconds)
    say(f"Importing {made.sales + made.returns:,} sales of {customers:,} customers ...")
    # All or nothing: a demo that was interrupted is begun again.
    with alone():
        _stores_make(at)
        _catalogue_make(at)
        import_run(
            paths=made.files,
            mapping=preset_named("regulars"),
            dry_run=False,
            actor=OPERATOR,
            at=at,
            progress=lambda *_: None,
        )
        say("Making segments, tiers and groups ...")
        _groups_make(at)


def demo_people(*, at: datetime) -> Sequence[DemoPerson]:
    """Somebody of each role can sign in to the demo shop, all with one password; who is there already stays."""
    stores = stores_named({store.name for store in DEMO_STORES})
    here = {person.login for person in people_list(visible_to=OPERATOR)}
    for person in DEMO_PEOPLE:
        if person.login not in here:
            person_create(
                login=person.login,
                name=person.name,
                role=person.role,
                stores=[stores[name].id for name in person.stores],
                password=DEMO_PASSWORD,
                is_own_password=True,
                # To try things on: a real shop is asked for a second factor.
                needs_second_factor=False,
                actor=OPERATOR,
                at=at,
            )
    return DEMO_PEOPLE


def _groups_make(at: datetime) -> None:
    """The ready segments, tiers, and two groups that are filled by hand."""
    for each in SEGMENT_TEMPLATES:
        segment_create(each.name, each.text, description=each.why, actor=OPERATOR, at=at)
    tier_set_save(TIER_TEMPLATE.name, DEMO_LADDER, actor=OPERATOR, at=at)
    best = rule_customers("spent > 0", at=at, visible_to=OPERATOR)
    for (name, description), ids in zip(DEMO_GROUPS, (best[:12], best[12:40:3]), strict=True):
        group = group_create(name, description=description, actor=OPERATOR, at=at)
        members_add(group, ids, actor=OPERATOR, at=at)


def _stores_make(at: datetime) -> None:
    business = business_get()
    for store in DEMO_STORES:
        store_create(name=store.name, business=business, city=store.city, region=store.region, actor=OPERATOR, at=at)


def _catalogue_make(at: datetime) -> None:
    stores = stores_named({store.name for store in DEMO_STORES})
    for told in demo_products():
        product = product_set(
            sku=told.sku, name=told.name, category=told.category, brand=told.brand, price=told.price, actor=OPERATOR,
            at=at,
        )  # fmt: skip
        for name, on_hand in told.stock_milli.items():
            stock_set(product=product, store=stores[name], on_hand_milli=on_hand, actor=OPERATOR, at=at)
