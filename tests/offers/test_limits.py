"""Limits, codes and gifts: counted by what took effect, released by the reversal, once for each sale."""

import pytest

from regulars.offers.errors import CouponTaken, LimitReached, OfferWrong
from regulars.offers.giving import coupon_make, coupons_make, offer_give
from regulars.offers.models import Coupon, Grant, Offer, OfferTally, OfferUse
from regulars.offers.selectors import coupons_list
from regulars.offers.services import offer_end, offer_save, uses_reassign
from regulars.storage.writing import writing
from tests import cast
from tests.offers.making import saved, whys
from tests.offers.selling import DAY, bought, days, live, quoted, refused, release, take, terms

pytestmark = pytest.mark.usefixtures("shop")


def unused(quote):
    return {each.code: each.why for each in quote.codes_unused}


def code(offer, text="SPRING", **more):
    return coupon_make(offer, text, actor=cast.OPERATOR, at=cast.NOW, **more)


def test_an_offer_is_used_up_and_released_again():
    made = live(in_all=2)
    late = quoted()
    take(1)
    take(2)
    assert whys(quoted()) == {made: "all 2 are used up"}
    assert refused(LimitReached, lambda: take(3, quote=late)) == (
        '"Ten" has just been used up; quote again for the price without it.'
    )
    release(1)
    assert saved(quoted()) == {made: 100}
    take(3)
    assert whys(quoted()) == {made: "all 2 are used up"}


def test_a_customer_uses_it_so_often():
    made = live(per_customer=1)
    anna, ben = cast.person("Anna"), cast.person("Ben")
    late = quoted(anna)
    take(1, anna)
    assert whys(quoted(anna)) == {made: "this customer has used it 1 of 1 times"}
    assert "by this customer" in refused(LimitReached, lambda: take(2, anna, quote=late))
    assert saved(quoted(ben)) == {made: 100}
    release(1)
    take(2, anna)
    assert OfferTally.objects.get(customer_id=anna).used == 1


def test_the_same_sale_takes_once_and_releases_once():
    made = live(in_all=5, per_customer=5)
    anna = cast.person("Anna")
    quote = quoted(anna)
    for _again in range(3):
        take(1, anna, quote=quote)
    assert Offer.objects.get(id=made).used == OfferTally.objects.get().used == OfferUse.objects.count() == 1
    for _again in range(3):
        release(1, 2)
    assert (Offer.objects.get(id=made).used, OfferTally.objects.get().used) == (0, 0)
    assert OfferUse.objects.get().is_released
    take(1, anna, quote=quote)
    assert Offer.objects.get(id=made).used == 0


def test_a_limit_set_later_counts_what_was_used_before():
    anna = cast.person("Anna")
    made = live()
    take(1, anna)
    take(2)
    offer_save("Ten", terms(in_all=2, per_customer=1), offer_id=made, actor=cast.OPERATOR, at=cast.NOW)
    assert whys(quoted(anna)) == {made: "all 2 are used up"}
    offer_save("Ten", terms(in_all=3, per_customer=1), offer_id=made, actor=cast.OPERATOR, at=cast.NOW)
    assert whys(quoted(anna)) == {made: "this customer has used it 1 of 1 times"}


def test_a_sale_given_to_another_counts_for_them():
    live(per_customer=1)
    anna, ben = cast.person("Anna"), cast.person("Ben")
    take(1, anna)
    take(2, ben)
    with writing():
        uses_reassign(cast.uid(1), ben)
    assert dict(OfferTally.objects.values_list("customer_id", "used")) == {anna: 0, ben: 2}
    release(1, 2)
    assert dict(OfferTally.objects.values_list("customer_id", "used")) == {anna: 0, ben: 0}


def test_a_quote_that_used_nothing_takes_nothing(django_assert_num_queries):
    quote = quoted()
    with django_assert_num_queries(2):  # begin and end
        take(1, quote=quote)
    assert not OfferUse.objects.exists()


def test_a_shared_code_gives_its_offer():
    made = live(needs_code=True)
    assert code(made, "spring-26") == "SPRING26"
    assert whys(quoted()) == {made: "it needs a code"}
    quote = quoted(codes=["Spring 26"])
    assert (saved(quote), quote.applied[0].code, unused(quote)) == ({made: 100}, "SPRING26", {})
    take(1, quote=quote)
    take(2, quote=quote)
    assert Coupon.objects.get().used == 2


def test_a_code_is_used_as_often_as_it_says():
    made = live(needs_code=True)
    code(made, most_uses=1)
    quote = quoted(codes=["SPRING"])
    take(1, quote=quote)
    assert unused(quoted(codes=["SPRING"])) == {"SPRING": "it is used already"}
    assert '"SPRING" has just been used up' in refused(LimitReached, lambda: take(2, quote=quote))
    release(1)
    take(2, quote=quote)


def test_codes_that_do_nothing_say_why():
    made = live(needs_code=True, last_day=DAY + days(5), minimum=5000)
    over = live("Over", needs_code=True)
    draft = offer_save("Draft", terms(needs_code=True), actor=cast.OPERATOR, at=cast.NOW)
    anna = cast.person("Anna")
    [own] = coupons_make(made, customer_ids=[anna], actor=cast.OPERATOR, at=cast.NOW)
    code(made, "LATE", last_day=DAY - days(1))
    code(made, "GOOD")
    code(over, "OVER")
    code(draft, "DRAFT")
    offer_end(over, actor=cast.OPERATOR, at=cast.NOW)
    told = ["NOSUCH", "!", own, "LATE", "OVER", "DRAFT", "GOOD"]
    assert unused(quoted(codes=told)) == {
        "NOSUCH": "no offer for everyone has this code; where it is a customer's own, attach the customer",
        "!": "no offer for everyone has this code; where it is a customer's own, attach the customer",
        own: "no offer for everyone has this code; where it is a customer's own, attach the customer",
        "LATE": f"it could be used until {DAY - days(1)}",
        "OVER": '"Over" has ended',
        "DRAFT": '"Draft" has not begun',
        "GOOD": "Ten: it needs a basket of 50.00, and this is 10.00",
    }
    assert unused(quoted(anna, codes=[own, "GOOD"], basket=bought(9000))) == {
        "GOOD": "another code gives the same offer"
    }
    assert unused(quoted(codes=["GOOD"], at=cast.NOW + days(6))) == {"GOOD": f'"Ten" ended on {DAY + days(5)}'}


def test_codes_are_made_for_many_and_for_customers():
    made = live(needs_code=True)
    anna, ben = cast.person("Anna"), cast.person("Ben")
    codes = coupons_make(made, count=50, customer_ids=[ben, anna, 999], actor=cast.OPERATOR, at=cast.NOW)
    assert len(set(codes)) == 52
    shown = coupons_list(made, visible_to=cast.OPERATOR)
    assert [each.customer_id for each in shown] == [None] * 50 + [anna, ben]
    assert {(each.used, each.left) for each in shown} == {(0, 1)}
    assert saved(quoted(anna, codes=[codes[50]])) == {made: 100}
    assert saved(quoted(ben, codes=[codes[50]])) == {}
    assert refused(CouponTaken, lambda: code(made, codes[0].lower())).startswith(f'The code "{codes[0]}"')
    plain = live("Plain")
    assert refused(OfferWrong, lambda: code(plain)).startswith('This cannot be: code: "Plain" is given without a code')
    for act in (
        lambda: code(made, "a!"),
        lambda: code(made, most_uses=0),
        lambda: coupons_make(made, actor=cast.OPERATOR, at=cast.NOW),
        lambda: coupons_make(made, count=-1, customer_ids=[anna, ben], actor=cast.OPERATOR, at=cast.NOW),
    ):
        refused(OfferWrong, act)


def test_a_gift_is_used_once_within_its_days():
    made = live(needs_grant=True)
    anna, ben = cast.person("Anna"), cast.person("Ben")

    def give(until, at=cast.NOW):
        return offer_give(made, [anna], until=until, actor=cast.OPERATOR, at=at, today=at.date())

    assert give(DAY + days(6)) == 1
    assert give(DAY + days(6)) == 0
    assert saved(quoted(ben)) == {}
    quote = quoted(anna, at=cast.NOW + days(6))
    assert (saved(quote), quote.applied[0].because[0].since) == ({made: 100}, DAY)
    assert whys(quoted(anna, at=cast.NOW + days(7))) == {made: "it was not given to this customer, or is used"}
    take(1, anna, quote=quote)
    assert whys(quoted(anna)) == {made: "it was not given to this customer, or is used"}
    assert "by this customer" in refused(LimitReached, lambda: take(2, anna, quote=quote))
    release(1)
    assert saved(quoted(anna)) == {made: 100}
    give(None, cast.NOW + days(1))
    assert quoted(anna, at=cast.NOW + days(1)).applied[0].grant == Grant.objects.get(since=DAY).id
    refused(OfferWrong, lambda: give(DAY - days(1)))
    plain = live("Plain")
    refused(OfferWrong, lambda: offer_give(plain, [anna], until=None, actor=cast.OPERATOR, at=cast.NOW, today=DAY))
