"""What an offer brought, and what it would have cost."""

import pytest

from regulars.offers.engine.lifting import lift_of, sample_of
from regulars.offers.engine.terms import Kind, Level, OfferTerms
from regulars.sales.selectors import business_get
from regulars.web.context import shop_of
from regulars.web.offering.results import lift_shown
from tests import cast
from tests.web import office
from tests.web.test_offers import figures
from tests.web.test_segments import text
from tests.web.visiting import signed_in

pytestmark = pytest.mark.usefixtures("noon")


def test_a_result_without_a_hold_out_says_what_is_missing(people):
    made = office.offer()
    page = text(signed_in("analyst").get(f"/offers/{made}/result"))
    assert figures(page) == ["0", "Ksh0.00", "Ksh0.00"]
    assert "held back from nobody" in page


def test_a_result_compares_those_who_may_have_it_with_those_held_back(anna, ben):
    terms = OfferTerms(kind=Kind.PERCENT, level=Level.ORDER, percent_milli=5_000, holdout_milli=900)
    made = office.offer("Held", terms)
    page = text(signed_in("owner").get(f"/offers/{made}/result?from=2026-11-01&until=2026-11-21"))
    assert "who may have it" in page
    assert "Too few customers on one side" in page


@pytest.mark.parametrize(("offered", "held", "finding"), [
    ([100, 110, 120, 130], [10, 11, 12, 13], "spend more"),
    ([10, 11, 12, 13], [100, 110, 120, 130], "spend less"),
    ([10, 200, 3], [12, 199, 4], "No effect is proven"),
    ([10], [10, 20], "Too few customers"),
])  # fmt: skip
def test_the_finding_says_no_more_than_the_interval(people, offered, held, finding):
    shown = lift_shown(lift_of(sample_of(offered), sample_of(held)), shop_of(business_get()))
    assert finding in shown.finding
    assert shown.is_proven == ("spend" in shown.finding and "proven" not in shown.finding)


def test_days_that_cannot_be_are_refused(people):
    made = office.offer()
    client = signed_in("owner")
    for path in ("result", "backtest"):
        answer = client.get(f"/offers/{made}/{path}?from=2026-11-21&until=2026-11-01")
        assert answer.status_code == 422
        assert "It ends before it begins." in text(answer)
        assert client.get(f"/offers/{made}/{path}?from=x").status_code == 422


def test_a_back_test_runs_when_it_is_asked_for(anna, ben):
    made = office.offer()
    client = signed_in("owner")
    assert "Would have cost" not in text(client.get(f"/offers/{made}/backtest"))
    page = text(client.get(f"/offers/{made}/backtest?from=2026-11-01&until=2026-11-21"))
    # 10 % of 3 lattes and of Ben's 90.00.
    assert figures(page) == ["Ksh114.00", "4", "2", "0", "Ksh0.00"]
    assert "Anna Maria Okoth" in page
    assert "Anna Maria Okoth" not in text(
        signed_in("analyst").get(f"/offers/{made}/backtest?from=2026-11-01&until=2026-11-21")
    )
    before = cast.everything()
    client.get(f"/offers/{made}/backtest?from=2026-11-01&until=2026-11-21")
    after = cast.everything()
    assert {name for name in after if after[name] != before[name]} <= {"sessions.Session"}


def test_what_has_codes_cannot_be_tried_on_the_past(people):
    page = text(signed_in("owner").get(f"/offers/{office.coded()}/backtest?from=2026-11-01&until=2026-11-21"))
    assert "who would have had the code or the gift is not known" in page
