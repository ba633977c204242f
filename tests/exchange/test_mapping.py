"""A mapping is read whole or refused with the place and what to write there."""

import pytest

from regulars.exchange.errors import MappingUnreadable, MappingWrong, PresetUnknown
from regulars.exchange.mapping import Source, mapping_of, mapping_with, preset_named, presets_all
from regulars.exchange.reading.dates import Order

WHOLE = """
[sale]
id = "Receipt"
sold_at = "When"
[line]
sku = "Code"
quantity = { value = "1" }
unit_price = "Price"
"""


def test_a_mapping_names_columns_values_and_words():
    customer = '[customer]\nname = ["First", "Last"]\ngender = { column = "Sex", words = { F = "female" } }'
    mapping = mapping_of(WHOLE + customer, name="mine")
    assert mapping.sources["sale_id"] == Source(("Receipt",))
    assert mapping.sources["line_quantity"] == Source(value="1")
    assert mapping.sources["customer_name"] == Source(("First", "Last"))
    assert mapping.sources["customer_gender"] == Source(("Sex",), words=(("F", "female"),))
    assert mapping.headings == {"Receipt", "When", "Code", "Price", "First", "Last", "Sex"}


def test_a_date_and_a_time_are_one_moment():
    mapping = mapping_of(WHOLE.replace('sold_at = "When"', 'date = "Day"\ntime = "Hour"'), name="mine")
    assert mapping.sources["sale_sold_at"] == Source(("Day", "Hour"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (WHOLE.replace("sku", "skuu"), ['"skuu"', "[line]", 'did you mean "sku"']),
        (WHOLE + "[salee]\nid = 'x'", ['"salee"', 'did you mean "sale"']),
        (WHOLE + "[file]\ndecimals = ','", ['"decimals"', 'did you mean "decimal"']),
        (WHOLE + "[file]\ndecimal = ';'", ["[file] decimal", '"." or ","']),
        (WHOLE + "[file]\ndate_format = 'YDM'", ["[file] date_format", "DMY"]),
        (WHOLE + "[file]\nheader = 'yes'", ["[file] header", "true or false"]),
        (WHOLE + "[rules]\nskip = 'quantity < 0'", ["[rules] skip", "a list"]),
        (WHOLE + "[rules]\nskip = [{name = 'x', if = 'y'}]", ["[rules] skip", "name = "]),
        (WHOLE + "[rules]\nreturns = 'store = \"A\"'", ["[rules] returns", "asks for store"]),
        (WHOLE.replace('quantity = { value = "1" }', ""), ["[line] quantity", "no sale can be recorded"]),
        (WHOLE.replace('unit_price = "Price"', ""), ["unit_price or [line] total"]),
        (WHOLE.replace('sku = "Code"', "sku = 5"), ["[line] sku", "name of a column"]),
        (WHOLE + "[file]\ncolumns = ['Receipt', 'When', 'Code']", ['"Price"', "not among [file] columns"]),
    ],
)
def test_a_wrong_mapping_says_where_and_what_to_write(text, words):
    with pytest.raises(MappingWrong) as caught:
        mapping_of(text, name="mine")
    assert all(word in str(caught.value) for word in [*words, '"mine"']), str(caught.value)


def test_what_is_not_toml_is_refused():
    with pytest.raises(MappingUnreadable, match="not TOML"):
        mapping_of("[sale", name="mine")


def test_every_preset_is_whole():
    assert presets_all() == ("cdnow", "cdnow-sample", "online-retail", "regulars", "supermarket")
    assert all(preset_named(name).name == name for name in presets_all())


def test_an_unknown_preset_is_refused_with_the_nearest():
    with pytest.raises(PresetUnknown, match='did you mean "online-retail"'):
        preset_named("online-retial")


def test_options_can_be_set_from_outside():
    mapping = mapping_with(preset_named("supermarket"), {"date_format": "MDY", "header": "true"})
    assert mapping.file.date_format == Order.MDY
    assert mapping.file.header is True
    with pytest.raises(MappingWrong, match='did you mean "date_format"'):
        mapping_with(mapping, {"dateformat": "MDY"})
