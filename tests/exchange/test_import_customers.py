"""A file of customers without sales opens and completes profiles, and every row is accounted for."""

import json

import pytest
from click.testing import CliRunner
from django.conf import settings

from regulars.access.rules import OPERATOR
from regulars.cli.commands import regulars
from regulars.customers.models import Address, Customer, Identity, Tag
from regulars.exchange.errors import ColumnMissing, MappingWrong
from regulars.exchange.models import Import
from regulars.exchange.services import import_undo
from regulars.sales.models import Sale, Store
from regulars.storage.folder import DataFolder
from tests.cast import NOW, everything, person
from tests.exchange.importing import figures, mapping, run, shop_in, written

pytestmark = pytest.mark.django_db

CARDS = """
[customer]
code = "Card"
name = "Name"
phone = "Phone"
email = "Mail"
birth_date = "Born"
city = "City"
tags = "Tags"
[rules]
skip = [{ name = "tests of the office", when = "customer.name starts with 'Test'" }]
"""
HEADING = "Card,Name,Phone,Mail,Born,City,Tags\n"
CUSTOMERS = (
    HEADING
    + "A1,Amina Otieno,0712345678,amina@example.com,1990-05-17,Nairobi,vip;tea\n"
    + "B2,Brian Kamau,0712345678,,,,\n"
    + "A1,Amina O. Otieno,,,,Mombasa,\n"
    + ",Chao,,chao@example.com,,Kisumu,\n"
    + ",Phone of Amina,0712 345 678,,,,\n"
    + "T9,Test,,,,,\n"
)
REFUSED = "D4,Dan,12,,,,\n" + ",Nobody,,,,Nairobi,\n" + "E5,Eve,,eve@,,,\n" + "F6,Fay,,,2190-01-01,,\n"
PARTS = [
    {"reason": "the customer has no code, phone or e-mail", "rows": 1, "money": "0.00"},
    {"reason": "this day is before 1900 or to come", "rows": 1, "money": "0.00"},
    {"reason": "this is no e-mail address", "rows": 1, "money": "0.00"},
    {"reason": "this is no phone number", "rows": 1, "money": "0.00"},
]


@pytest.fixture(autouse=True)
def open_shop(tmp_path, monkeypatch, db):
    """A shop without a store: customers need none."""
    monkeypatch.setattr(settings, "DATA_FOLDER", DataFolder(tmp_path / "data"))
    return shop_in("KES", timezone="Africa/Nairobi", country="KE")


def brought(folder, text: str = CUSTOMERS, **more):
    return run(written(folder, text, "customers.csv"), how=mapping(CARDS), **more)


def test_every_row_opens_or_completes_a_profile(tmp_path):
    result = brought(tmp_path)
    assert figures(result) == {
        "rows_read": 6,
        "money_read": "0.00",
        "imported": {"rows": 5, "sales": 0, "money": "0.00", "created": 0, "unchanged": 0},
        "skipped": [{"class": "tests of the office", "rows": 1, "money": "0.00"}],
        "refused": [],
        "rounding": {"rows": 0, "money": "0.00"},
        "customers": {"created": 3, "in_file": 3},
    }
    assert (Customer.objects.count(), Sale.objects.count(), Store.objects.count()) == (3, 0, 0)
    amina, brian = Customer.objects.get(code="A1"), Customer.objects.get(code="B2")
    # Of each detail the latest that is told; the row with her phone alone is hers.
    assert (amina.name, str(amina.birth_date), amina.source) == ("Phone of Amina", "1990-05-17", "import")
    assert Address.objects.get(customer=amina).city == "Mombasa"
    assert set(Tag.objects.values_list("customer", "tag")) == {(amina.id, "vip"), (amina.id, "tea")}
    # Who shares a phone and has another code is somebody else.
    assert brian.name == "Brian Kamau"
    assert set(Identity.objects.exclude(kind="code").values_list("customer__name", "value")) == {
        ("Phone of Amina", "+254712345678"),
        ("Phone of Amina", "amina@example.com"),
        ("Brian Kamau", "+254712345678"),
        ("Chao", "chao@example.com"),
    }


def test_a_row_that_cannot_be_read_or_gives_nobody_is_refused_alone(tmp_path):
    result = brought(tmp_path, CUSTOMERS + REFUSED + "too,short\n")
    told = figures(result)
    broken = {"reason": "the line has another number of cells than the heading", "rows": 1, "money": "0.00"}
    assert (told["rows_read"], told["imported"]["rows"], told["refused"]) == (11, 5, [PARTS[0], broken, *PARTS[1:]])
    assert [(row.line, row.column, row.value) for row in result.refused_first] == [
        (8, "Phone", "12"),
        (9, "Card", ""),
        (10, "Mail", "eve@"),
        (11, "Born", "2190-01-01"),
        (12, "", "too,short"),
    ]
    assert result.refused_file.is_file()
    assert set(Customer.objects.values_list("name", flat=True)) == {"Phone of Amina", "Brian Kamau", "Chao"}


def test_importing_customers_again_changes_nothing(tmp_path):
    first = brought(tmp_path)
    before = everything()
    again = brought(tmp_path)
    assert (again.import_id, figures(again)["customers"]) == (None, {"created": 0, "in_file": 3})
    assert figures(again)["imported"] == figures(first)["imported"]
    assert everything() == before
    assert Import.objects.get().id == first.import_id


def test_a_dry_run_of_customers_says_what_the_run_does_and_keeps_nothing(tmp_path):
    before = everything()
    tried = brought(tmp_path, CUSTOMERS + REFUSED, dry_run=True)
    assert everything() == before
    assert tried.import_id is None
    assert not (tmp_path / "data").exists()
    done = brought(tmp_path, CUSTOMERS + REFUSED)
    assert figures(done) == figures(tried)
    assert done.refused_first == tried.refused_first
    assert figures(done)["customers"]["created"] == 3


def test_undoing_removes_the_profiles_it_opened_and_nothing_else(tmp_path):
    person("Chao Wambui", emails=("chao@example.com",))
    person("Zawadi", phones=("0722000000",))
    before = everything()
    result = brought(tmp_path, CUSTOMERS.replace("Kisumu", ""))
    assert figures(result)["customers"] == {"created": 2, "in_file": 3}
    assert import_undo(import_id=result.import_id, actor=OPERATOR, at=NOW) == 0
    after = everything()
    assert Import.objects.get().status == "undone"
    # Events tell that they came and went.
    for kept in ("exchange.Import", "access.AuditEntry", "events.Event"):
        before.pop(kept), after.pop(kept)
    assert after == before
    assert figures(brought(tmp_path))["customers"]["created"] == 2


def test_a_customer_who_is_here_is_completed_and_never_overwritten(tmp_path):
    here = person("Amina", phones=("0712345678",), emails=("ami@example.com",))
    code = Customer.objects.get(id=here).code
    text = HEADING + ",Other,0712345678,,1990-05-17,Nairobi,\n" + ",Another,,ami@example.com,,Mombasa,vip\n"
    result = brought(tmp_path, text)
    assert figures(result)["customers"] == {"created": 0, "in_file": 1}
    customer = Customer.objects.get()
    # Both rows lead to her, by phone and by e-mail, and the later one counts where both say something.
    assert (customer.id, customer.code, customer.name, str(customer.birth_date)) == (here, code, "Amina", "1990-05-17")
    assert Address.objects.get(customer=here).city == "Mombasa"
    assert list(Tag.objects.values_list("tag", flat=True)) == ["vip"]
    assert brought(tmp_path, text).import_id is None


def test_the_generic_preset_takes_customers_by_the_names_of_their_fields(tmp_path):
    text = "customer_code,customer_first_name,customer_last_name\nA1,Amina,Otieno\nB2,,\n"
    assert figures(run(written(tmp_path, text), how="regulars"))["customers"] == {"created": 2, "in_file": 2}
    assert list(Customer.objects.order_by("code").values_list("code", "name")) == [("A1", "Amina Otieno"), ("B2", "")]
    # One column is enough; no sign needs to part it from others.
    mails = written(tmp_path, "customer_email\nbrian@example.com\nchao@example.com\n")
    assert figures(run(mails, how="regulars"))["customers"] == {"created": 2, "in_file": 2}
    with pytest.raises(ColumnMissing, match="customer_code"):
        run(written(tmp_path, "customer_name,customer_city\nAmina,Nairobi\n"), how="regulars")
    with pytest.raises(ColumnMissing, match="sold_at"):
        run(written(tmp_path, "customer_code,quantity\nA1,2\n"), how="regulars")


def test_a_mapping_of_customers_leads_to_them():
    with pytest.raises(MappingWrong, match=r"\[customer\] phone.*no customer can be found"):
        mapping('[customer]\nname = "Name"')


def test_the_command_says_how_many_customers_came(tmp_path, monkeypatch):
    monkeypatch.setattr("regulars.cli.base.database_open", lambda folder: None)
    files = [str(written(tmp_path, CUSTOMERS)), "--mapping", str(written(tmp_path, CARDS, "cards.toml"))]
    done = CliRunner().invoke(regulars, ["import", *files])
    assert done.exit_code == 0, done.stderr
    assert "3 customers are new, the files name 3." in done.stdout
    [listed] = json.loads(CliRunner().invoke(regulars, ["imports", "list", "--format", "json"]).stdout)
    assert (listed["sales"], listed["rows_read"], listed["money_read"]) == (0, 6, "0.00")
