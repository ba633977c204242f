"""Rules ask for sales with an offer, and for those that a price book priced."""

import pytest

from regulars.offers.price_books import price_book_save
from regulars.segments.language.errors import RuleWrong
from regulars.segments.selectors import rule_customers
from tests import cast
from tests.offers.selling import live, quoted, release, take

pytestmark = pytest.mark.usefixtures("shop")


def who(rule):
    return rule_customers(rule, at=cast.NOW, visible_to=cast.OPERATOR)


def sell(n, phone):
    return cast.recorded(cast.sale(n, customer={"phone": phone})).customer_id


def test_rules_ask_for_what_took_effect_and_was_not_released():
    anna, ben = sell(1, cast.ANNA_PHONE), sell(2, cast.BEN_PHONE)
    sell(3, cast.BEN_PHONE)
    live()
    live("Five", 5_000)
    take(1, anna)
    take(2, ben)
    release(2)
    assert who('orders(offer = "Ten") >= 1') == [anna]
    assert who('spent(offer in ("Ten", "Five")) > 0 and orders(offer = "Five") = 1') == [anna]
    assert who('orders(offer != "Ten") >= 1') == [ben]
    with pytest.raises(RuleWrong, match="ofer"):
        who('orders(ofer = "Ten") >= 1')


def test_rules_ask_for_what_a_price_book_priced():
    anna, ben = sell(1, cast.ANNA_PHONE), sell(2, cast.BEN_PHONE)
    price_book_save("Autumn", {"LATTE": 5}, actor=cast.OPERATOR, at=cast.NOW)
    take(1, anna, quote=quoted(anna))
    assert who('orders(price_book = "Autumn") >= 1') == [anna]
    assert who('orders(price_book = "Autumn") = 0') == [ben]
    assert who('orders(price_book contains "autu") in last 30 days = 1') == [anna]
