"""The first page: exact figures for whoever may have them, the counter for whoever may not."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.html import escape, strip_tags

from regulars.access.rights import Role
from regulars.access.rules import OPERATOR, Actor
from regulars.core.errors import Forbidden
from regulars.groups.history import tier_moves
from regulars.reports.scoring import scores_refresh
from regulars.sales.today import (
    Figures,
    HoursToday,
    Usual,
    customers_new_today,
    hours_today,
    sales_newest,
    today_figures,
)
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


def test_a_sale_that_comes_late_stands_where_it_belongs(people):
    moments = (cast.NOW - timedelta(minutes=5), cast.NOW, cast.NOW, cast.NOW - timedelta(days=3))
    for n, moment in enumerate(moments, start=1):
        cast.record(cast.sale(n, at=moment))
    newest = sales_newest(limit=3, visible_to=OPERATOR)
    assert [sale.number for sale in newest] == ["W-0003", "W-0002", "W-0001"]


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


# Live


def test_the_hours_stand_beside_the_usual_ones(people):
    _hour_by_hour()
    told = hours_today(at=cast.NOW, visible_to=OPERATOR)
    # 13:00 Anna's latte, 14:00 beans and latte, 15:00 the beans came back; a week ago two lattes at 15:00.
    assert [(each.hour, each.net, each.orders, each.usual_net, each.usual_orders) for each in told.hours] == [
        (13, 35_000, 1, 0, 0.0), (14, 120_000, 2, 0, 0.0), (15, -85_000, 0, 70_000, 2.0),
    ]  # fmt: skip
    assert told.days == 1
    cast.record(cast.sale(8, at=cast.NOW - 2 * WEEK))
    told = hours_today(at=cast.NOW, visible_to=OPERATOR)
    assert (told.hours[-1].usual_net, told.hours[-1].usual_orders, told.days) == (52_500, 1.5, 2)
    assert [each.net for each in hours_today(at=cast.NOW, visible_to=_manager()).hours] == [35_000]


def test_figures_and_hours_stand_beside_the_same_days(people):
    """What is usual is the mean of the same weekdays up to this time; a day on which all was sold later is one, too."""
    _hour_by_hour()
    cast.record(
        cast.sale(8, cast.line("BEANS", "850.00"), at=cast.NOW - 2 * WEEK),
        cast.sale(9, at=cast.NOW - 3 * WEEK + timedelta(hours=1)),
    )
    told = hours_today(at=cast.NOW, visible_to=OPERATOR)
    assert told.days == 3
    assert told.usual == Usual(net=40_000, orders=2 / 3, known_share=0.5, average_order=60_000)


@pytest.mark.usefixtures("noon")
def test_the_page_has_one_usual_for_the_figures_and_the_hours(people):
    _hour_by_hour()
    cast.record(cast.sale(8, cast.line("BEANS", "850.00"), at=cast.NOW - 2 * WEEK))
    page = " ".join(strip_tags(signed_in("owner").get("/").content.decode()).split())
    # 700.00 beside the mean of 350.00 and 850.00.
    assert "17% above usual" in page
    assert "So far 17% more was sold than usually on a Saturday by this time." in page
    assert "beside what is usual on a Saturday by this time." in page


def test_a_shop_without_sales_has_no_hours(people):
    assert hours_today(at=cast.NOW, visible_to=OPERATOR) == HoursToday((), 0)


def test_new_customers_are_those_whose_first_order_ever_is_of_today(people):
    _hour_by_hour()
    assert customers_new_today(at=cast.NOW, visible_to=OPERATOR) == 1
    assert customers_new_today(at=cast.NOW, visible_to=_manager()) == 0
    cast.record(cast.sale(9, at=cast.NOW, customer={"phone": cast.BEN_PHONE}, store=cast.KAREN))
    # Ben bought a week ago already.
    assert customers_new_today(at=cast.NOW, visible_to=OPERATOR) == 1


def test_who_moved_to_another_tier_today_is_told_with_the_way(people):
    from regulars.segments.services import tier_set_save

    anna = cast.person("Anna Maria Okoth", phones=(cast.ANNA_PHONE,))
    tier_set_save("Loyalty", "Standard: spent < 500; Gold: spent >= 500", actor=OPERATOR, at=cast.NOW)
    day = cast.NOW.date()
    assert tier_moves(day=day, limit=9, visible_to=OPERATOR) == []
    cast.record(cast.sale(1, cast.line("BEANS", "850.00"), customer={"phone": cast.ANNA_PHONE}, at=cast.NOW))
    [move] = tier_moves(day=day, limit=9, visible_to=OPERATOR)
    assert (move.customer_id, move.before, move.after, move.is_up, move.reason) == (
        anna, "Standard", "Gold", True, "sale",
    )  # fmt: skip
    assert tier_moves(day=day, limit=9, visible_to=_manager()) == []


@pytest.mark.usefixtures("noon")
def test_as_many_are_slipping_away_as_the_report_tells_that_it_leads_to(people):
    """Who came often, spent much and stayed away; the fewest of the rest are among the best."""
    n = 1000
    for k in range(110):
        each, days = cast.person(f"P{k}"), (200, 190, 180, 170, 160) if k % 3 == 0 else (200, 150, 100, 50, 1 + k % 9)
        price = f"{10 * (k + 1)}.00"
        n += len(days)
        cast.record(*(
            cast.sale(n + m, cast.line(price=price), at=cast.NOW - timedelta(days=back), customer={"id": each})
            for m, back in enumerate(days)
        ))  # fmt: skip
    client = signed_in("owner")
    assert "slipping away" not in client.get("/").content.decode()
    scores_refresh(at=cast.NOW)

    page, report = (strip_tags(client.get(path).content.decode()) for path in ("/", "/reports/churn"))
    assert "7 of the best customers are probably slipping away, as foretold today." in page
    assert "7 of the best customers are probably slipping away;" in report
    # Who sees the report of some stores is told there what was bought in these.
    assert "slipping away" not in signed_in("manager").get("/").content.decode()


def _asked(client, tag=""):
    headers = {"HX-Request": "true", "X-Live": "1"} | ({"If-None-Match": tag} if tag else {})
    return client.get("/", headers=headers)


@pytest.mark.usefixtures("noon")
def test_where_nothing_has_happened_a_refresh_takes_four_queries(people, django_assert_num_queries):
    client = signed_in("owner")
    first = _asked(client)
    assert f'data-tag="{escape(first["ETag"])}"' in first.content.decode()
    # The session, the person, their stores, and whether anything has happened.
    with django_assert_num_queries(4):
        again = _asked(client, first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


@pytest.mark.usefixtures("noon")
def test_a_sale_is_in_the_next_refresh(people):
    client = signed_in("owner")
    tag = _asked(client)["ETag"]
    cast.record(cast.sale(1, at=cast.NOW))
    answer = _asked(client, tag)
    assert answer.status_code == 200
    assert "W-0001" in answer.content.decode()
    assert answer["ETag"] != tag


@pytest.mark.usefixtures("noon")
def test_the_tag_of_one_is_not_that_of_another(people):
    assert len({_asked(signed_in(role))["ETag"] for role in people}) == len(people)


def test_a_page_asked_for_whole_is_whole_whatever_the_tag(people):
    client = signed_in("owner")
    tag = client.get("/")["ETag"]
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 200
