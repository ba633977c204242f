"""What offers were used for, what they cost, what they did."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.offers.engine.lifting import lift_of, sample_of
from tests.house.documents import section, table
from tests.reports.harness import Shop, sold
from tests.reports.retail import filled, is_rule

SPAN = {"first": "2026-01-01", "last": "2026-01-31", "today": "2026-03-01"}


def _use(offer, sale, customer, discount, *, day="2026-01-05", is_released=False):
    return {
        "offer": offer, "sale": sale, "customer": customer, "day": day, "discount": discount, "is_released": is_released,
    }  # fmt: skip


def _exposed(customer, *, is_held_out=False, offer=1, day="2026-01-01"):
    return {"offer": offer, "customer": customer, "is_held_out": is_held_out, "day": day}


OFFERS = [{"offer": 1, "name": "Autumn"}, {"offer": 2, "name": "Tea day"}, {"offer": 3, "name": "Never used"}]


def _told(asked, *names):
    return [tuple(row[name] for name in names) for row in asked.rows()]


def test_uses_cost_and_net():
    shop = Shop(
        [
            sold("2026-01-05", 1, 900), sold("2026-01-06", 1, 800), sold("2026-01-07", 2, 700), sold("2026-01-08", None, 50),
            sold("2026-01-09", 2, -100), sold("2026-01-10", 3, 400), sold("2026-02-10", 1, 5000), sold("2026-01-11", 1, 20),
        ],
        beside={
            "offers": OFFERS,
            "offer_uses": [
                _use(1, 1, 1, 100), _use(1, 2, 1, 80), _use(1, 3, 2, 70), _use(1, 4, None, 5), _use(2, 1, 1, 10),
                _use(2, 6, 3, 40, is_released=True), _use(1, 7, 1, 500, day="2026-02-10"),
            ],
        },
    )  # fmt: skip
    asked = shop.ask("offers", **SPAN)
    assert _told(asked, "offer", "uses", "customers", "discount", "net", "net_of_users", "offered", "lift") == [
        ("Autumn", 4, 2, 255, 2450, 2320, None, None),
        ("Tea day", 1, 1, 10, 900, 1720, None, None),
    ]
    assert asked.finding == "Autumn was used most, 4 times for 2.55 off; no offer's effect is beyond doubt."
    rule = asked.drilled()
    assert rule == 'orders(offer = "Autumn") from 2026-01-01 to 2026-01-31 >= 1'
    assert is_rule(rule)
    assert _told(shop.ask("offers", **SPAN, members=[2]), "offer", "uses", "net_of_users") == [("Autumn", 1, 600)]


def test_the_lift_of_the_page():
    """Example 6 of docs/algorithms/offers.md, each amount in two sales, one of them before it could be had."""
    sides = {row["side"]: row for row in table(section("docs/algorithms/offers.md", "Example 6").text)}
    spent = [(side, 100 * int(amount)) for side, row in sides.items() for amount in row["customers spent"].split(", ")]
    shop = Shop(
        [sold("2026-01-05", n, 7777) for n in range(len(spent))]
        + [sold("2026-01-10", n, net + 50) for n, (_side, net) in enumerate(spent)]
        + [sold("2026-01-20", n, -50) for n in range(len(spent))]
        + [sold("2026-02-20", n, 9999) for n in range(len(spent))],
        beside={
            "offers": OFFERS,
            "exposures": [
                _exposed(n, is_held_out=side == "held out", day="2026-01-06") for n, (side, _net) in enumerate(spent)
            ],
        },
    )
    asked = shop.ask("offers", **SPAN)
    [row] = asked.rows()
    assert (row["offer"], row["uses"], row["offered"], row["offered_each"]) == ("Autumn", 0, 4, 1300.0)
    assert (row["held_out"], row["held_out_each"], row["difference"]) == (3, 1000.0, 300.0)
    assert (round(row["difference_low"]), round(row["difference_high"])) == (-236, 836)
    assert row["lift"] == pytest.approx(0.3)
    assert row["lift_low"] < 0 < row["lift_high"]
    assert asked.drilled() is None


def test_an_effect_beyond_doubt_is_told():
    shop = Shop(
        [sold("2026-01-05", n, (2000 if n < 20 else 1000) + n % 7) for n in range(40)],
        beside={"offers": OFFERS, "exposures": [_exposed(n, is_held_out=n >= 20) for n in range(40)]},
    )
    asked = shop.ask("offers", **SPAN)
    assert asked.finding == (
        "Autumn works: customers who could have it spent 99.7 % more (99.5 % to 99.9 %) than those held out."
    )


def test_an_offer_held_back_from_nobody_is_not_measured():
    shop = Shop(
        [sold("2026-01-05", 1, 900)],
        beside={"offers": OFFERS, "exposures": [_exposed(1), _exposed(2)], "offer_uses": [_use(1, 1, 1, 100)]},
    )
    [row] = shop.ask("offers", **SPAN).rows()
    assert (row["uses"], row["offered"], row["held_out"], row["difference"], row["lift"]) == (1, None, None, None, None)
    assert Shop(beside={"offers": OFFERS}).ask("offers").finding == "No offer was used or measured in this span."


_EMPTY = Shop(beside={"offers": OFFERS})


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.booleans(), st.integers(-(10**11), 10**11)), min_size=1, max_size=12))
def test_no_amount_is_too_large_to_be_squared_exactly(spent):
    filled(_EMPTY, [sold("2026-01-05", n, net) for n, (_is_held_out, net) in enumerate(spent, start=1)])
    _EMPTY.connection.execute("DELETE FROM exposures")
    _EMPTY.add("exposures", [_exposed(n, is_held_out=held) for n, (held, _net) in enumerate(spent, start=1)])
    rows = _EMPTY.ask("offers", **SPAN).rows()
    sides = [[net for held, net in spent if held is side] for side in (False, True)]
    if not sides[1]:
        assert rows == []
        return
    [row] = rows
    assert (row["offered"], row["held_out"]) == (len(sides[0]), len(sides[1]))
    if not sides[0]:
        assert row["lift"] is None
        return
    lift = lift_of(sample_of(sides[0]), sample_of(sides[1]))
    assert (row["difference"], row["lift"]) == (lift.difference, lift.share)
    assert (row["difference_low"], row["difference_high"]) == (lift.difference_within or (None, None))
    assert (row["lift_low"], row["lift_high"]) == (lift.share_within or (None, None))
