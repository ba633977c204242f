"""`regulars sales` and `customers`: a day at the till, typed."""

from pathlib import Path

import pytest

from tests.cli.conftest import Till

pytestmark = pytest.mark.django_db

SALE = {
    "id": "0b6a8f0e-8a3f-4a3e-9a53-2f1c7a9d4b11",
    "number": "A-1",
    "sold_at": "2026-11-20T10:00:00+03:00",
    "store": "Harbour Coffee",
    "register": "Till 1",
    "customer": {"phone": "0712 345 678", "name": "Zoë Müller"},
    "lines": [
        {"sku": "LATTE", "name": "Latte", "category": "Drinks", "unit_price": "350", "quantity": 2},
        {"sku": "BEANS", "name": "Beans", "unit_price": "1200.50", "discount": "100.50"},
    ],
    "payments": [{"method": "M-Pesa", "amount": "1800.00", "reference": "QX1"}],
}


def spent(till: Till) -> list[tuple[str, str, int]]:
    return [(row["name"], row["spent"], row["orders"]) for row in till.json("customers", "list")]


def test_a_sale_becomes_a_profile_and_again_changes_nothing(till: Till):
    file = till.written(SALE)

    [first] = till.json("sales", "record", file)
    [again] = till.json("sales", "record", file)

    assert (first["outcome"], again["outcome"]) == ("created", "unchanged")
    assert first["customer"] == again["customer"]
    [row] = till.json("customers", "list")
    assert (row["name"], row["phone"], row["spent"], row["orders"]) == ("Zoë Müller", "+254712345678", "1800.00", 1)
    assert till.json("verify") == []


def test_another_content_under_the_same_id_ends_with_5_and_names_the_difference(till: Till):
    till.run("sales", "record", till.written(SALE))
    other = SALE | {"number": "A-2", "payments": []}

    [answer] = till.json("sales", "record", till.written(other), code=5)

    assert answer["outcome"] == "conflict"
    assert answer["reason"] == 'number: stored as "A-1", now sent as "A-2"; payments: stored as "1", now sent as "0"'
    assert till.json("sales", "show", "A-1")["payments"][0]["amount"] == "1800.00"


def test_a_wrong_sale_ends_with_2_and_harms_no_other(till: Till):
    wrong = SALE | {"id": "1b6a8f0e-8a3f-4a3e-9a53-2f1c7a9d4b12", "store": "Harbour Cofee", "total": "1"}

    refused, created = till.json("sales", "record", till.written([wrong, SALE]), code=2)

    assert (refused["outcome"], created["outcome"]) == ("refused", "created")
    assert 'there is no store "Harbour Cofee"; did you mean "Harbour Coffee"?' in refused["reason"]
    assert spent(till) == [("Zoë Müller", "1800.00", 1)]


def test_return_void_and_reassign_move_the_facts(till: Till):
    till.run("sales", "record", till.written(SALE))
    till.run("customers", "create", "--name", "Ben", "--email", "ben@example.org")

    assert "Return A-1-R1: 350.00 goes back." in till.run("sales", "return", "A-1", "--lines", "1=1").stdout
    assert spent(till) == [("Zoë Müller", "1450.00", 1), ("Ben", "0.00", 0)]

    assert "line 1 has 1 left to bring back, not 2" in till.refusal("sales", "return", "A-1", "--lines", "1=2", code=5)
    assert "some of it was brought back" in till.refusal("sales", "void", "A-1", code=5)

    till.run("sales", "reassign", "A-1", "ben@example.org")
    assert spent(till) == [("Ben", "1450.00", 1), ("Zoë Müller", "0.00", 0)]

    till.run("sales", "void", "A-1-R1")
    till.run("sales", "void", "A-1")
    assert spent(till) == [("Zoë Müller", "0.00", 0), ("Ben", "0.00", 0)]
    assert till.json("sales", "show", "A-1")["status"] == "voided"
    assert till.json("verify") == []


def test_a_return_with_an_id_of_its_own_is_made_once(till: Till):
    till.run("sales", "record", till.written(SALE))
    once = ("sales", "return", "A-1", "--lines", "1=1", "--id", "2b6a8f0e-8a3f-4a3e-9a53-2f1c7a9d4b13")

    assert till.run(*once).stdout == till.run(*once).stdout
    assert spent(till) == [("Zoë Müller", "1450.00", 1)]


def test_what_cannot_be_read_is_refused_in_one_sentence(till: Till):
    cases = {
        '{"a": NaN}': "NaN is not a number that JSON knows",
        '[{"id": ': "line 1, column 9 is not JSON",
        "[" * 100_000: "nested deeper than any sale",
    }
    for document, sentence in cases.items():
        assert sentence in till.refusal("sales", "record", till.written(document), code=2)
    path = Path(till.written(""))
    path.write_bytes(b'{"number": "\xff"}')
    assert "byte 13 is not UTF-8" in till.refusal("sales", "record", str(path), code=2)
    path.write_bytes(b"[" + b" " * 10_000_000 + b"]")
    assert "10 MB are more than one document holds" in till.refusal("sales", "record", str(path), code=2)
    assert till.json("sales", "list") == []


def test_words_that_lead_nowhere_say_so(till: Till):
    till.run("sales", "record", till.written(SALE))

    assert till.refusal("sales", "show", "B-9", code=4).startswith('There is no sale "B-9"')
    assert till.refusal("customers", "show", "0799 999 999", code=4).startswith("There is no customer")
    assert "did you mean" in till.refusal("customers", "list", "--sort", "-spnt", code=2)
    assert '"5,000" is not an amount' in till.refusal("customers", "list", "--spent-from", "5,000", code=2)
    assert "not both" in till.refusal("sales", "reassign", "A-1", code=2)
    assert "names no lines" in till.refusal("sales", "return", "A-1", "--lines", "two", code=2)


def test_a_customer_is_found_as_a_cashier_types(till: Till):
    till.run("sales", "record", till.written(SALE))

    for typed in ("muller zo", "ZOË", "0712 345", "+254712345678", "5678", "A-1"):
        assert [row["name"] for row in till.json("customers", "find", typed)] == ["Zoë Müller"], typed
    assert till.json("customers", "find", "nobody") == []


def test_the_list_narrows_sorts_and_chooses_columns(till: Till):
    till.run("sales", "record", till.written(SALE))
    till.run("customers", "create", "--name", "Ben", "--birth-date", "1980-05-01", "--tag", "vip", "--city", "Nairobi")

    def names(*options: str) -> list[str]:
        return [row["name"] for row in till.json("customers", "list", "--columns", "name", *options)]

    assert names("--sort", "name") == ["Ben", "Zoë Müller"]
    assert names("--spent-from", "1800") == names("--orders-from", "1") == ["Zoë Müller"]
    assert names("--spent-to", "1799.99") == names("--tag", "vip") == names("--city", "Nairobi") == ["Ben"]
    assert names("--age-from", "40") == ["Ben"]
    assert names("--last-order-from", "2026-11-20") == ["Zoë Müller"]
    assert names("--last-order-from", "2026-11-21") == []
    assert names("--store", "Harbour Coffee") == ["Zoë Müller"]
    assert names("--search", "ben") == ["Ben"]
    till.run("customers", "deactivate", "0712345678")
    assert names() == ["Ben"]
    assert names("--inactive") == ["Zoë Müller"]


def test_a_profile_is_opened_changed_and_shown(till: Till):
    created = till.run(
        "customers", "create", "--first-name", "Ann", "--last-name", "Otieno", "--phone", "0722 000 111", "--country",
        "Kenya", "--website", "https://ann.example.org", "--gender", "female", "--code", "VIP-7",
    ).stdout  # fmt: skip
    assert created.endswith(" is there, with the code VIP-7.\n")
    assert "VIP-7" in till.refusal("customers", "create", "--name", "Other", "--code", "VIP-7", code=5)

    changed = till.run("customers", "edit", "VIP-7", "--last-name", "Kamau").stdout
    assert changed.endswith(": name, last_name changed.\n")
    assert "nothing changed" in till.run("customers", "edit", "VIP-7", "--last-name", "Kamau").stdout
    till.run("customers", "note", "VIP-7", "Likes the window seat.")
    till.run("consent", "record", "VIP-7", "sms", "yes", "--wording", "May we text you?")

    profile = till.json("customers", "show", "VIP-7")
    assert (profile["name"], profile["phones"], profile["addresses"][0]["country"]) == (
        "Ann Kamau", ["+254722000111"], "KE",
    )  # fmt: skip
    assert [note["text"] for note in profile["notes"]] == ["Likes the window seat."]
    assert profile["consents"] == {"sms": True}
    assert [moment["kind"] for moment in profile["timeline"]] == ["consent", "note"]
    assert "Likes the window seat." in till.run("customers", "show", "VIP-7").stdout


def test_products_are_described_and_counted(till: Till):
    till.run("products", "set", "LATTE", "--name", "Caffè latte", "--category", "Drinks", "--price", "350")
    till.run("products", "stock", "LATTE", "Harbour Coffee", "12.5")

    assert till.json("products", "list") == [
        {"sku": "LATTE", "name": "Caffè latte", "category": "Drinks", "brand": "", "price": "350.00", "on_hand": "12.5"}
    ]
    assert "no product" in till.refusal("products", "stock", "TEA", "Harbour Coffee", "1", code=4)
    assert "is not an amount" in till.refusal("products", "stock", "LATTE", "Harbour Coffee", "many", code=2)
