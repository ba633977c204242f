"""What the editor offers at the cursor. In the tables the cursor is a |."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.segments.language.checking import Known
from regulars.segments.language.completing import MOST, Completion, completions
from regulars.segments.language.terms import Terms
from tests.segments.language.test_any_text import GOOD, PIECES

KNOWN = Known(
    terms=Terms(2, fields={"Shoe size": "number", "Diet": "choice", "Anniversary": "date"}),
    groups=frozenset({"Gold", "Staff"}),
    segments=frozenset({"Lapsing"}),
    tiers=frozenset({"Platinum"}),
    stores=("Karen", "Westlands", "Café West"),
    categories=("Coffee",),
    products=("SKU-1", "Latte"),
)
NAMES = ["spent ", "orders ", "last_order ", "visits ", "average_order ", "age ", "birthday ", "city ", "favourite_store ", "group ", "tag ", "consent "]  # fmt: skip
DAYS = ["today", "yesterday", "30 days ago", "in 7 days"]


def offered(marked: str) -> list[Completion]:
    return completions(marked.replace("|", "", 1), marked.index("|"), known=KNOWN)


@pytest.mark.parametrize(
    ("marked", "texts"),
    [
        ("|", NAMES),
        ("age > 5 and |", NAMES),
        ("not |", NAMES),
        ("(|", NAMES),
        ("sp|", ["spent ", "points_spent ", "predicted_spent "]),
        ("SP|", ["spent ", "points_spent ", "predicted_spent "]),
        ("ord|", ["orders ", "last_order ", "average_order ", "days_between_orders ", "first_order ", "predicted_orders "]),
        ("age > 5 a|", ["and "]),
        ("age > 5 |", ["and ", "or "]),
        ("(age > 5 |", ["and ", "or ", ")"]),
        ("age |", [">= ", "<= ", "between ", "> ", "< ", "= ", "!= ", "in (", "not in (", "is known", "is unknown"]),
        ("spent |", [">= ", "<= ", "between ", "> ", "< ", "in last 30 days", "since ", "before ", "from ", "(", "= ", "!= "]),
        ("spent in last 30 days |", [">= ", "<= ", "between ", "> ", "< ", "= ", "!= ", "in (", "not in (", "is known", "is unknown"]),
        ("spent in |", ["last 30 days", "next 7 days", "("]),
        ("spent in last |", ["30 days", "7 days", "12 months"]),
        ("spent in last 30 |", ["days", "weeks", "months", "years"]),
        ("spent in last 30 m|", ["months"]),
        ("spent(|", ["product ", "category ", "brand ", "store ", "city ", "channel ", "payment ", "weekday ", "hour ", "amount ", "offer ", "price_book "]),
        ("spent(store = \"Karen\", c|", ["category ", "city ", "channel "]),
        ("spent(store = |", ['"Karen"', '"Westlands"', '"Café West"']),
        ("spent(store = west|", ['"Westlands"', '"Café West"']),
        ("spent(store = \"cafe|", ['"Café West"']),
        ("spent(store in ('Karen', |", ['"Karen"', '"Westlands"', '"Café West"']),
        ("spent(store = \"Karen\" |", [")", ", "]),
        ("spent(store = \"Karen\") in last 7 days >= |", []),
        ("favourite_store = W|", ['"Westlands"', '"Café West"']),
        ("spent(weekday |", ["= ", "!= ", "in (", "not in (", ">= ", "<= ", "between ", "> ", "< ", "is known", "is unknown"]),
        ("spent(weekday = s|", ['"saturday"', '"sunday"']),
        ("gender = |", ['"female"', '"male"', '"other"']),
        ("birthday |", ["in next 7 days", "is known", "is unknown", "in last 30 days", "since ", "before ", "from "]),
        ("phone |", ["is known", "is unknown"]),
        ("phone is |", ["known", "unknown"]),
        ("last_order < |", DAYS),
        ("last_order since |", DAYS),
        ("last_order from today |", ["to "]),
        ("field|", ['field("']),
        ("field(|", ['"Anniversary")', '"Diet")', '"Shoe size")']),
        ("field(\"Sh|", ['"Shoe size")']),
        ("field(\"Anniversary\") < |", DAYS),
        ("field(\"Diet\") |", ["= ", "!= ", "in (", "not in (", "contains ", "is known", "is unknown"]),
        ("field(\"Nothing\") |", []),
        ("bought_together(|", ['"SKU-1"', '"Latte"']),
        ("bought_together(\"SKU-1\", L|", ['"Latte"']),
        ("group = |", ['"Gold"', '"Staff"']),
        ("segment = |", ['"Lapsing"']),
        ("tier in (|", ['"Platinum"']),
        ("age between 5 |", ["and "]),
        ("nothing |", []),
        ("age > 5) |", []),
        ("\x00|", []),
    ],
)  # fmt: skip
def test_what_is_offered(marked, texts):
    assert [each.text for each in offered(marked)] == texts


@pytest.mark.parametrize(
    ("marked", "done"),
    [
        ("sp|", "spent "),
        ("age > 5 and la| and age < 9", "age > 5 and last_order  and age < 9"),
        ('spent(store = "Wes|") > 5', 'spent(store = "Westlands") > 5'),
        ("spent(store = 'Wes|') > 5", 'spent(store = "Westlands") > 5'),
        ('spent(store = "Wes|', 'spent(store = "Westlands"'),
        ("spent(store = wes|", 'spent(store = "Westlands"'),
    ],
)
def test_the_first_one_taken(marked, done):
    text, first = marked.replace("|", ""), offered(marked)[0]
    assert text[: first.start] + first.text + text[first.end :] == done


def test_each_says_what_it_means():
    assert offered("sp|")[0] == Completion("spent ", "spent", "money spent: sales less returns", "measure", 0, 2)
    assert offered("age >|") == []
    assert offered("age |")[0] == Completion(">= ", ">=", "at least", "operator", 4, 4)
    assert {each.kind for each in offered("|")} == {"fact", "measure"}


def test_a_cursor_outside_the_text_is_at_its_end():
    assert completions("sp", 99, known=KNOWN) == completions("sp", 2, known=KNOWN)
    assert [each.text for each in completions("sp", -5, known=KNOWN)] == NAMES


@settings(max_examples=150, deadline=None)
@given(
    st.lists(PIECES, max_size=20).map(" ".join) | st.sampled_from(GOOD) | st.text(max_size=500), st.integers(-1, 600)
)
def test_any_text_and_cursor(text, cursor):
    found = completions(text, cursor, known=KNOWN)
    assert len(found) <= MOST
    assert all(0 <= each.start <= each.end <= len(text) for each in found)
