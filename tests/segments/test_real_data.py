"""Rules on the public data: who is counted is asked of the source file by queries written by hand."""

from datetime import date

import duckdb
import pytest
from django.conf import settings

from regulars.access.rules import OPERATOR
from regulars.customers.models import Customer
from regulars.segments.copying import copy_asked, copy_here, copy_make
from regulars.segments.selectors import rule_asked, rule_customers
from regulars.segments.services import segment_save, tier_set_save
from regulars.storage.folder import DataFolder
from tests.cast import NOW
from tests.exchange.importing import run, shop_in

pytestmark = [pytest.mark.django_db, pytest.mark.real_data]

LAST_DAY = date(2011, 12, 9)
# The sales and returns of known customers as they are imported: a line's worth is rounded to the penny.
BOUGHT = """
    WITH bought AS (
        SELECT CustomerID AS customer, InvoiceNo AS sale, StockCode AS product, Country AS country,
            CAST(InvoiceDate AS DATE) AS day, InvoiceNo LIKE 'C%' AS is_return,
            CAST(round(100 * Quantity::INT * UnitPrice::DECIMAL(18, 3)) AS BIGINT) AS net
        FROM read_csv('FILE', all_varchar = true) WHERE CustomerID <> ''
    )
"""
RULES = {
    "spent >= 5000": (None, "SELECT customer FROM bought GROUP BY 1 HAVING sum(net) >= 500000"),
    "orders in last 90 days >= 4": (
        LAST_DAY,
        """SELECT customer FROM bought
        WHERE NOT is_return AND day > DATE '2011-12-09' - 90 AND day <= DATE '2011-12-09'
        GROUP BY 1 HAVING count(DISTINCT sale) >= 4""",
    ),
    "last_order < 60 days ago": (
        LAST_DAY,
        "SELECT customer FROM bought WHERE NOT is_return GROUP BY 1 HAVING max(day) < DATE '2011-12-09' - 60",
    ),
    'spent(product = "85123A") >= 50': (
        None,
        "SELECT customer FROM bought WHERE product = '85123A' GROUP BY 1 HAVING sum(net) >= 5000",
    ),
    # As of a day in between: what came later is not known yet.
    "average_order between 200 and 300 and orders >= 3": (
        date(2011, 6, 30),
        """SELECT customer FROM bought WHERE day <= DATE '2011-06-30' GROUP BY 1
        HAVING count(DISTINCT sale) FILTER (NOT is_return) >= 3
            AND sum(net) BETWEEN 20000 * count(DISTINCT sale) FILTER (NOT is_return)
            AND 30000 * count(DISTINCT sale) FILTER (NOT is_return)""",
    ),
}
COUNTS = {
    "spent >= 5000": 263,
    "orders in last 90 days >= 4": 445,
    "last_order < 60 days ago": 1928,
    'spent(product = "85123A") >= 50': 315,
    "average_order between 200 and 300 and orders >= 3": 235,
}


@pytest.fixture
def online_retail(real_data, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "DATA_FOLDER", DataFolder(tmp_path / "data"))
    shop_in("GBP", "Shop")
    path = real_data / "online_retail" / "OnlineRetail.csv.gz"
    run(path, how="online-retail")
    return path


def asked(path, sql: str) -> set[str]:
    """The customers the file itself answers with, by code."""
    with duckdb.connect() as connection:
        return {row[0] for row in connection.execute(BOUGHT.replace("FILE", str(path)) + sql).fetchall()}


def codes(ids: list[int]) -> set[str]:
    return set(Customer.objects.filter(id__among=ids).values_list("code", flat=True))


def test_rules_on_online_retail_say_what_the_file_says(online_retail):
    copy_make(at=NOW)
    for rule, (as_of, sql) in RULES.items():
        expected = asked(online_retail, sql)
        found = rule_customers(rule, as_of=as_of, at=NOW, visible_to=OPERATOR)
        assert codes(found) == expected, rule
        assert len(found) == COUNTS[rule]
        read = rule_asked(rule, at=NOW, visible_to=OPERATOR)
        plan, bound = copy_asked(
            [read.resolved], today=as_of or read.today, terms=read.live.terms, as_of=as_of is not None
        )
        assert [id_ for (id_,) in copy_here().ask(plan.members, bound)] == found


def test_a_country_by_its_name_and_everywhere_else_split_online_retail(online_retail):
    abroad = rule_customers('not (country = "United Kingdom")', at=NOW, visible_to=OPERATOR)
    home = rule_customers('country = "United Kingdom"', at=NOW, visible_to=OPERATOR)
    one_country = "SELECT customer FROM bought GROUP BY 1 HAVING count(DISTINCT country) = 1 AND min(country)"
    assert asked(online_retail, f"{one_country} <> 'United Kingdom'") <= codes(abroad)
    assert asked(online_retail, f"{one_country} = 'United Kingdom'") <= codes(home)
    assert len(abroad) + len(home) == 4372
    assert not set(abroad) & set(home)


def test_tiers_of_online_retail_have_every_customer_once(online_retail):
    ladder = "Standard: spent < 500; Gold: spent between 500 and 2000; Platinum: spent > 2000"
    assert tier_set_save("Loyalty", ladder, actor=OPERATOR, at=NOW) == []
    sizes = {
        name: len(rule_customers(f'tier = "{name}"', at=NOW, visible_to=OPERATOR))
        for name in ("Standard", "Gold", "Platinum")
    }
    expected = {
        "Standard": asked(online_retail, "SELECT customer FROM bought GROUP BY 1 HAVING sum(net) < 50000"),
        "Gold": asked(online_retail, "SELECT customer FROM bought GROUP BY 1 HAVING sum(net) BETWEEN 50000 AND 200000"),
        "Platinum": asked(online_retail, "SELECT customer FROM bought GROUP BY 1 HAVING sum(net) > 200000"),
    }
    assert sizes == {name: len(some) for name, some in expected.items()}
    assert sum(sizes.values()) == 4372
    saved = segment_save("Best", "spent >= 5000", actor=OPERATOR, at=NOW)
    assert saved.entered == COUNTS["spent >= 5000"]
