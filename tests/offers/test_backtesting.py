"""What an offer or a ladder would have cost on one's own history."""

import pytest

from regulars.core.errors import Forbidden
from regulars.groups.models import Group
from regulars.groups.services import group_create, members_add
from regulars.offers.backtesting import Party, Side, ladder_backtest, offer_backtest
from regulars.offers.engine.terms import Kind, Level, Target
from regulars.offers.errors import OfferUnknown, OfferWrong
from regulars.segments.errors import LadderWrong
from regulars.segments.services import segment_save
from tests import cast
from tests.offers.selling import DAY, bought, days, live, quoted, refused, take, terms

pytestmark = pytest.mark.usefixtures("shop")

LADDER = "Standard; Silver: spent >= 100; Gold: spent >= 300"
BEGAN = cast.NOW - days(10)


def sell(n, price, *, phone=cast.ANNA_PHONE, day=0, **more):
    who = {"customer": {"phone": phone}} if phone else {}
    told = cast.sale(n, cast.line(price=price, **more), at=BEGAN + days(day), **who)
    return cast.recorded(told).customer_id


def tried(told=None, **more):
    return offer_backtest(
        "Try", told or terms(), first=BEGAN.date(), last=DAY, visible_to=cast.OPERATOR, **more
    )  # fmt: skip


def laddered(percents, ladder=LADDER, **more):
    asked = {"first": BEGAN.date(), "last": DAY, "at": cast.NOW, "visible_to": cast.OPERATOR, **more}
    return ladder_backtest(ladder, percents, **asked)


def test_an_offer_for_everyone_costs_its_share_of_what_was_sold():
    anna = sell(1, "100.00")
    sell(2, "33.33", day=1)
    ben = sell(3, "10.00", phone=cast.BEN_PHONE)
    sell(4, "50.00", phone=None)
    sell(5, "999.00", day=20 - 10 + 5 - 6)
    before = cast.everything()
    found = tried()
    assert cast.everything() == before
    assert (found.sales, found.paid) == (5, 119_233)
    # 10.00 + 3.33 + 99.90 for Anna, 1.00 for Ben, 5.00 for whoever gave no name.
    assert (found.cost, found.anonymous) == (11_923, 500)
    assert (found.winners, found.losers) == (Side(2, 11_423), Side(0, 0))
    assert found.most_won == ((anna, 11_323), (ben, 100))
    assert found.parties == (Party("Try", 5, 2, 11_923),)


def test_conditions_and_limits_hold_as_they_would_have():
    sell(1, "100.00")
    sell(2, "100.00", day=1)
    sell(3, "100.00", phone=cast.BEN_PHONE, day=1)
    assert tried(terms(per_customer=1)).cost == 2_000
    assert tried(terms(in_all=1)).cost == 1_000
    assert tried(terms(is_first_order=True)).cost == 2_000
    assert tried(terms(first_day=BEGAN.date() + days(1))).cost == 2_000
    assert tried(terms(minimum=10_001)).cost == 0
    assert tried(terms(target=Target(skus=("MUG",)))).cost == 0
    assert tried(terms(stores=(cast.store(cast.KAREN).id,))).cost == 0
    assert tried(terms(holdout_milli=900)).cost == 3_000
    three = terms(kind=Kind.BUY_X_GET_Y, buy=1, get=1, percent_milli=100_000)
    assert tried(three).cost == 0


def test_what_was_brought_back_costs_nothing():
    sell(1, "100.00", quantity="2")
    cast.recorded(cast.brought_back(9, 1, cast.line(price="100.00", quantity="-1")))
    sell(2, "100.00")
    cast.recorded(cast.brought_back(8, 2, cast.line(price="100.00", quantity="-1")))
    found = tried()
    assert (found.cost, found.paid) == (1_000, 10_000)


def test_groups_by_rule_are_as_they_were_before_each_sale():
    sell(1, "60.00")
    sell(2, "60.00", day=1)
    sell(3, "60.00", day=2)
    segment_save("Spenders", "spent >= 100", actor=cast.OPERATOR, at=cast.NOW)
    spenders = Group.objects.get(name="Spenders").id
    assert tried(terms(groups=(spenders,))).cost == 600
    by_hand = group_create("Staff", actor=cast.OPERATOR, at=cast.NOW)
    assert tried(terms(groups=(by_hand,))).cost == 0
    members_add(by_hand, [sell(4, "1.00", day=3)], actor=cast.OPERATOR, at=cast.NOW)
    assert tried(terms(groups=(by_hand,))).cost == 1_810


def test_a_ladder_gives_each_tier_its_discount_from_the_day_after_it_is_reached():
    for n in range(5):
        sell(n, "100.00", day=n)
    sell(9, "400.00", phone=cast.BEN_PHONE, day=0)
    sell(10, "100.00", phone=cast.BEN_PHONE, day=1)
    found = laddered({"Standard": 5_000, "Silver": 7_000, "Gold": 10_000})
    # Anna: 5 %, then Silver at 100 and 200 spent, Gold from 300; Ben: 5 % of 400, then Gold.
    assert [(each.name, each.sales, each.cost) for each in found.parties] == [
        ("Standard", 2, 500 + 2_000), ("Silver", 2, 1_400), ("Gold", 3, 3_000),
    ]  # fmt: skip
    assert (found.cost, found.winners) == (6_900, Side(2, 6_900))


def test_instead_of_an_offer_there_are_losers_too():
    live(level=Level.ORDER)
    anna = sell(1, "100.00", discount="10.00")
    take(1, anna, quote=quoted(anna, basket=bought(10_000)))
    ben = sell(2, "100.00", phone=cast.BEN_PHONE)
    found = laddered({"Standard": 5_000}, instead_of=["Ten"])
    assert (found.cost, found.winners, found.losers) == (0, Side(1, 500), Side(1, 500))
    assert (found.most_won, found.most_lost) == (((ben, 500),), ((anna, 500),))
    assert laddered({"Standard": 5_000}).cost == 950


def test_what_cannot_be_tried_is_refused():
    refused(OfferWrong, lambda: tried(terms(needs_code=True)))
    refused(OfferWrong, lambda: tried(terms(0)))
    refused(OfferUnknown, lambda: tried(instead_of=["Nine"]))
    refused(OfferWrong, lambda: laddered({"Platinum": 5_000}))
    refused(OfferWrong, lambda: laddered({"Gold": 100_001}))
    refused(LadderWrong, lambda: laddered({}, "Gold"))
    refused(OfferWrong, lambda: laddered({}, first=DAY + days(1)))
    refused(Forbidden, lambda: laddered({}, visible_to=cast.REGISTER))
