from tests import cast
from tests.balances.counter import bring_back, entries, held, lots, points, policy, sell


def test_a_sale_earns_and_pays(shop):
    anna = cast.person("Anna")
    policy()
    sell(1, "350.00", to=anna)
    assert points(anna) == 35
    sell(2, "100.00", to=anna, paid={"points": "20.00", "cash": "80.00"})
    assert entries(anna) == [("earn", 35), ("spend", -20), ("earn", 8)]
    assert lots(anna) == [(35, 15), (8, 8)]
    assert held(anna).points == 23
    bring_back(3, 2, cast.line(price="100.00", quantity="-1"), paid={"points": "-20.00", "cash": "-80.00"})
    assert entries(anna)[3:] == [("spend_back", 20), ("earn_back", -8)]
    assert points(anna) == 35
