"""What custom fields hold has one written form, which every database reads alike."""

import pytest

from regulars.customers.details import custom_value_checked
from regulars.customers.errors import BadDetail


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("number", "42.5", "42.5"),
        ("number", "1_000", "1000"),
        ("number", "1e3", "1000"),
        ("number", "-0.50", "-0.50"),
        ("number", "٤٢", "42"),
        ("date", "2026-11-22", "2026-11-22"),
        ("date", "20261122", "2026-11-22"),
        ("date", "2026-W47-7", "2026-11-22"),
        ("text", "  two   words ", "two words"),
        ("yes_no", "yes", "yes"),
        ("choice", "M", "M"),
    ],
)
def test_a_value_is_kept_in_its_form(kind: str, typed: str, kept: str) -> None:
    assert custom_value_checked("Field", typed, kind=kind, options=["S", "M"]) == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("number", "many"),
        ("number", "nan"),
        ("number", "1e999999"),
        ("number", "1e-999999"),
        ("number", "1" * 31),
        ("date", "22.11.2026"),
        ("date", "2026-02-30"),
        ("choice", "XL"),
        ("yes_no", "perhaps"),
        ("text", "a\x00b"),
    ],
)
def test_what_is_no_such_value_is_refused(kind: str, typed: str) -> None:
    with pytest.raises(BadDetail, match="Field"):
        custom_value_checked("Field", typed, kind=kind, options=["S", "M"])
