"""Where customers come from."""

import pytest

from tests.reports.behind import held_to, some_shop
from tests.reports.dressed import dressed, dressed_lines
from tests.reports.harness import Shop, cdnow, sold
from tests.reports.retail import invoices


def home(customer, country="", region="", city="", area=""):
    return {"customer": customer, "country": country, "region": region, "city": city, "postcode_area": area}


@pytest.mark.real_data
def test_online_retail_by_hand(real_data):
    frame, lines = invoices(real_data), dressed_lines(real_data)
    frame, lines = frame[frame["customer"] >= 0], lines[lines["customer"] >= 0]
    # A few customers have lines of two countries: the first by name, as the shop was told.
    country = lines.groupby("customer")["country"].min()
    found = dressed(real_data).ask("places").rows()
    buyers = frame[~frame["is_return"]]["customer"].nunique()
    total = int(frame["net"].sum())
    expected = []
    sold_where = lines.groupby([lines["customer"].map(country), "category"])["net"].sum()
    for place, rows in frame.groupby(frame["customer"].map(country)):
        orders = rows[~rows["is_return"]]
        net = int(rows["net"].sum())
        bought = sold_where[place]
        best = min(bought.index, key=lambda name, bought=bought: (-bought[name], name))
        customers = orders["customer"].nunique()
        average = net / len(orders) if len(orders) else None
        expected.append((place, customers, customers / buyers, net, net / total, len(orders), average, best))
    expected.sort(key=lambda row: (-row[3], row[0]))
    assert [
        (
            row["place"],
            row["customers"],
            row["share"],
            row["net"],
            row["net_share"],
            row["orders"],
            row["average_order"],
            row["top_category"],
        )
        for row in found
    ] == expected
    assert len(found) == 37
    assert found[0]["place"] == "United Kingdom"


@pytest.mark.real_data
def test_cdnow_is_one_country(real_data):
    asked = cdnow(real_data).ask("places")
    assert [
        (row["place"], row["customers"], row["net"], row["orders"], row["top_category"]) for row in asked.rows()
    ] == [("US", 23570, 250031563, 69659, "")]


def test_each_level_is_told_apart_by_those_above():
    shop = Shop(
        [sold("2026-01-05", 1), sold("2026-01-05", 2, net=2000), sold("2026-01-05", 3, net=400), sold("2026-01-06", 4, net=100), sold("2026-01-06")],
        {"customers": [
            home(1, "GB", "Kent", "Newport", "NP"), home(2, "US", "Ohio", "Newport", "43"), home(3, "GB", "Kent", "", "CT"),
        ]},
    )  # fmt: skip

    def places(by):
        return [(row["place"], row["region"], row["country"], row["net"]) for row in shop.ask("places", by=by).rows()]

    assert places("country") == [("US", "", "", 2000), ("GB", "", "", 1400), ("", "", "", 100)]
    assert places("region") == [("Ohio", "", "US", 2000), ("Kent", "", "GB", 1400), ("", "", "", 100)]
    assert places("city") == [
        ("Newport", "Ohio", "US", 2000), ("Newport", "Kent", "GB", 1000), ("", "Kent", "GB", 400), ("", "", "", 100),
    ]  # fmt: skip
    assert places("postcode_area") == [
        ("43", "", "US", 2000),
        ("NP", "", "GB", 1000),
        ("CT", "", "GB", 400),
        ("", "", "", 100),
    ]
    assert shop.ask("places").finding == (
        "Most is bought from US: 20.00 by 1 of 4 customers; of 1 the place is not known."
    )


def test_the_top_category_is_the_one_with_most_net_and_a_tie_goes_by_name():
    shop = Shop([
        sold("2026-01-05", 1, lines=[(1, 1, 500, "Tea"), (2, 1, 500, "Coffee"), (3, 1, 900, "")]),
        sold("2026-01-06", 1, lines=[(4, 1, 700, "Mugs")]), sold("2026-01-07", 1, lines=[(4, -1, -700, "Mugs")]),
    ])  # fmt: skip
    [row] = shop.ask("places").rows()
    assert (row["top_category"], row["net"], row["orders"], row["average_order"]) == ("Coffee", 1900, 2, 950.0)


@pytest.mark.parametrize("by", ["country", "region", "city", "postcode_area"])
def test_the_customers_behind_each_place(by):
    if by == "postcode_area":
        asked = some_shop().ask("places", by=by)
        assert all(asked.drilled(n) is None for n in range(len(asked.rows())))
        assert sum(row["customers"] for row in asked.rows()) == asked.rows()[0]["all_customers"]
        return
    held_to(some_shop(), "places", {"query": "customers"}, by=by, first="2026-02-10", last="2026-05-20")


@pytest.mark.parametrize("by", ["country", "region", "city", "postcode_area"])
def test_the_shares_come_to_one(by):
    rows = some_shop().ask("places", by=by).rows()
    assert sum(row["share"] for row in rows) == pytest.approx(1)
    assert sum(row["net_share"] for row in rows) == pytest.approx(1)


def test_a_customer_who_is_not_described_yet_is_counted_as_unknown():
    shop = Shop([sold("2026-01-05", 1)])
    shop.connection.execute("DELETE FROM customers")
    [row] = shop.ask("places").rows()
    assert (row["place"], row["customers"], row["net"]) == ("", 1, 1000)


def test_what_is_told_of_little_and_of_nothing():
    assert Shop().ask("places").finding == "No order of a known customer."
    assert Shop([sold("2026-01-05", 1)]).ask("places").finding == "Nobody's place is known. Customers: 1."
