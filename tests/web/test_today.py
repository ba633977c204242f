"""The first page: exact figures for whoever may have them, the counter for whoever may not."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from regulars.access.rights import Role
from regulars.access.rules import OPERATOR, Actor
from regulars.core.errors import Forbidden
from regulars.sales.today import Figures, sales_newest, today_figures
from tests import cast
from tests.web.visiting import signed_in

WEEK = timedelta(days=7)


def _hour_by_hour():
    """Sales of the day and of the same weekday a week ago; now is Saturday, 15:00 at the shop."""
    cast.record(
        cast.sale(1, at=cast.NOW - timedelta(hours=2), customer={"phone": cast.ANNA_PHONE}),
        cast.sale(2, cast.line("BEANS", "850.00"), at=cast.NOW - timedelta(hours=1)),
        cast.sale(3, at=cast.NOW - timedelta(minutes=1), store=cast.KAREN),
        cast.brought_back(4, 2, cast.line("BEANS", "850.00", "-1"), at=cast.NOW),
        # A week ago: one by this time, one later in the day; yesterday counts for neither.
        cast.sale(5, at=cast.NOW - WEEK, customer={"phone": cast.BEN_PHONE}),
        cast.sale(6, at=cast.NOW - WEEK + timedelta(minutes=1)),
        cast.sale(7, at=cast.NOW - timedelta(days=1)),
    )


def _manager():
    return Actor(key="person:9", name="m", role=Role.MANAGER, stores=frozenset({cast.store(cast.KAREN).id}))


def test_the_figures_are_those_of_the_day_up_to_now_and_of_a_week_ago_up_to_then(people):
    _hour_by_hour()
    today = today_figures(at=cast.NOW, visible_to=OPERATOR)
    assert today.now == Figures(net=70_000, orders=3, known=1)
    assert today.week_ago == Figures(net=35_000, orders=1, known=1)
    assert [(store.name, store.now) for store in today.stores] == [
        (cast.KAREN, Figures(35_000, 1, 0)),
        (cast.WESTLANDS, Figures(35_000, 2, 1)),
    ]
    assert (today.now.known_share, today.now.average_order) == (1 / 3, 23_333)


def test_a_manager_has_the_figures_of_own_stores(people):
    _hour_by_hour()
    today = today_figures(at=cast.NOW, visible_to=_manager())
    assert (today.now, [store.name for store in today.stores]) == (Figures(35_000, 1, 0), [cast.KAREN])
    assert [sale.number for sale in sales_newest(limit=9, visible_to=_manager())] == ["W-0003"]


def test_a_voided_sale_counts_nowhere(people):
    from regulars.checkout.services import sale_void

    _hour_by_hour()
    sale_void("W-0003", actor=OPERATOR, at=cast.NOW)
    assert today_figures(at=cast.NOW, visible_to=OPERATOR).now == Figures(net=35_000, orders=2, known=1)


def test_a_day_without_sales_has_no_share_and_no_average(people):
    figures = today_figures(at=cast.NOW, visible_to=OPERATOR).now
    assert (figures, figures.known_share, figures.average_order) == (Figures(0, 0, 0), None, None)


def test_a_cashier_has_no_figures(people):
    with pytest.raises(Forbidden):
        today_figures(at=cast.NOW, visible_to=Actor(key="person:9", name="c", role=Role.CASHIER, stores=frozenset({1})))


def test_the_queries_do_not_grow_with_the_sales(people, django_assert_num_queries):
    for n in range(1, 30):
        cast.record(cast.sale(n, store=(cast.KAREN, cast.WESTLANDS)[n % 2]))
    with django_assert_num_queries(2):
        today_figures(at=cast.NOW, visible_to=OPERATOR)
    with django_assert_num_queries(1):
        assert len(sales_newest(limit=12, visible_to=OPERATOR)) == 12


def test_each_role_sees_its_own_first_page(people):
    cast.record(cast.sale(1, customer={"phone": cast.ANNA_PHONE}), at=timezone.now())
    parts = {"figures": 'class="tiles"', "finder": 'id="find"', "sales": 'id="newest"', "by store": 'id="by-store"'}
    seen = {}
    for role in people:
        text = signed_in(role).get("/").content.decode()
        seen[role] = [name for name, mark in parts.items() if mark in text]
    assert seen == {
        "owner": ["figures", "finder", "sales", "by store"],
        "manager": ["figures", "finder", "sales"],
        "cashier": ["finder", "sales"],
        "marketer": ["figures", "sales", "by store"],
        "analyst": ["figures", "by store"],
        "auditor": ["figures", "sales", "by store"],
    }


def test_a_refresh_brings_only_what_is_live(people):
    text = signed_in("owner").get("/", headers={"HX-Request": "true"}).content.decode()
    assert 'id="live"' in text
    assert "<html" not in text


def test_a_customer_is_found_by_the_last_digits_and_shown_by_little(people):
    cast.person("Anna Maria Okoth", phones=(cast.ANNA_PHONE,), emails=(cast.ANNA_EMAIL,))
    text = signed_in("cashier").get("/find", {"find": "5678"}, headers={"HX-Request": "true"}).content.decode()
    assert "Anna Maria Okoth" in text
    assert "phone ends in 678" in text
    assert cast.ANNA_PHONE not in text
    assert cast.ANNA_EMAIL not in text


def test_whoever_may_not_find_customers_does_not(people):
    assert signed_in("analyst").get("/find", {"find": "anna"}).status_code == 403


def test_nobody_found_leads_to_a_new_customer(people):
    text = signed_in("cashier").get("/find", {"find": "zzz"}).content.decode()
    assert "as a new customer" in text or "Nobody is found under" in text


def test_the_menu_shows_where_one_may_go(people):
    def menu(role):
        from regulars.web.context import PLACES

        drawn = signed_in(role).get("/account").context["navigation"]
        return [strip_tags(link).strip() for link in (drawn.main + drawn.house).split("</a>") if link], len(PLACES)

    owner, places = menu("owner")
    assert len(owner) == places
    assert {"Settings", "Audit log"} & set(menu("cashier")[0]) == set()
    assert "Audit log" in menu("auditor")[0]
