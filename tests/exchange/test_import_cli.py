"""`regulars import` and `regulars imports`: what a person types and reads."""

import json

import pytest
from click.testing import CliRunner
from django.conf import settings

from regulars.cli.commands import regulars
from regulars.sales.models import Sale
from regulars.storage.folder import DataFolder
from tests.exchange.importing import RECEIPTS, SALES, shop_in, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def open_shop(tmp_path, monkeypatch, db):
    """A shop whose database is the tests' own, whatever lies in the data folder."""
    monkeypatch.setattr(settings, "DATA_FOLDER", DataFolder(tmp_path / "data"))
    monkeypatch.setattr("regulars.cli.base.database_open", lambda folder: None)
    shop_in("KES", "Westlands", timezone="Africa/Nairobi", country="KE")


@pytest.fixture
def files(tmp_path):
    return [str(written(tmp_path)), "--mapping", str(written(tmp_path, RECEIPTS, "receipts.toml"))]


def typed(*arguments: str):
    return CliRunner().invoke(regulars, list(arguments))


def test_an_import_prints_where_every_row_went(files):
    done = typed("import", *files)
    assert done.exit_code == 0, done.stderr
    assert "4 sales are new, 0 were here already; 2 customers are new" in done.stdout
    assert "skipped: tests of the till" in done.stdout
    assert "imports undo" in done.stdout
    assert "recording: 4 of 4" in done.stderr


def test_json_goes_to_stdout_alone(files):
    done = typed("import", *files, "--dry-run", "--format", "json")
    told = json.loads(done.stdout)
    assert (told["import"], told["dry_run"], told["imported"]["created"]) == (None, True, 4)
    assert not Sale.objects.exists()


def test_imports_are_listed_and_undone(files):
    told = json.loads(typed("import", *files, "--format", "json").stdout)
    [listed] = json.loads(typed("imports", "list", "--format", "json").stdout)
    assert (listed["id"], listed["status"], listed["sales"], listed["money_read"]) == (
        told["import"],
        "done",
        4,
        "18.00",
    )
    undone = typed("imports", "undo", str(told["import"]))
    assert undone.stdout == f"Import {told['import']} is undone: 4 sales are gone.\n"
    assert not Sale.objects.exists()
    assert typed("imports", "undo", str(told["import"])).exit_code == 5
    assert typed("imports", "undo", "999999").exit_code == 4


def test_a_refusal_is_one_sentence_and_an_exit_code(tmp_path, files):
    absent = typed("import", str(tmp_path / "no.csv"), *files[1:])
    assert (absent.exit_code, absent.stdout) == (4, "")
    assert absent.stderr.splitlines()[-1].startswith("There is no file")
    written(tmp_path, SALES.replace("Qty", "Number"))
    wrong = typed("import", *files)
    assert wrong.exit_code == 2
    assert 'has no column "Qty"' in wrong.stderr
    assert not Sale.objects.exists()


def test_how_to_read_must_be_said_once(files):
    assert "--as PRESET" in typed("import", files[0]).stderr
    assert typed("import", *files, "--as", "regulars").exit_code == 2
    assert "KEY=VALUE" in typed("import", *files, "--set", "date_format").stderr


def test_an_option_of_the_file_can_be_set(files):
    assert typed("import", *files, "--set", "date_format=YMD").exit_code == 0
