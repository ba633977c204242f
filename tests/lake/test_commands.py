"""`regulars lake`: what it says, and how it ends."""

import csv
import io
import json
import stat

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from django.db import connection

from regulars.cli.commands import regulars
from regulars.lake.flushing import lake_flush
from regulars.lake.place import place_here
from tests.cast import ANNA_PHONE, NOW, line, record, sale, shop_open

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(monkeypatch):
    monkeypatch.setattr("regulars.cli.base.database_open", lambda _folder: None)
    return shop_open()


def run(*words):
    return CliRunner().invoke(regulars, ["lake", *words])


def test_before_the_first_flush(shop):
    record(sale(1))
    told = run("status")
    assert (told.exit_code, told.output.splitlines()) == (
        0, ["Nothing is in files yet; everything is read from the database.", "1 changes since are read from the database."],
    )  # fmt: skip
    assert json.loads(run("status", "--format", "json").output)["relations"] == []
    checked = run("check")
    assert (checked.exit_code, checked.output) == (0, "No difference: the lake says what the database says.\n")


def test_a_flush_is_told_and_stands(shop):
    record(sale(1, customer={"phone": ANNA_PHONE}), sale(2, line(), line("MUG", "900.00")))
    told = json.loads(run("flush", "--format", "json").output)
    assert [(row["sales"], row["lines"], row["waiting"]) for row in told] == [(2, 3, False)]
    standing = json.loads(run("status", "--format", "json").output)
    assert (standing["waiting"], standing["number"]) == (0, 1)
    assert {row["relation"]: row["rows"] for row in standing["relations"]} == {
        **standing_empty(), "sales": 2, "lines": 3, "customers": 1, "products": 2, "stores": 2, "calendar": 20454,
    }  # fmt: skip
    again = json.loads(run("flush", "--format", "json").output)
    assert [(row["sales"], row["files"]) for row in again] == [(0, 0)]
    rows = list(csv.DictReader(io.StringIO(run("rebuild", "--format", "csv").output)))
    assert [(row["sales"], row["lines"]) for row in rows] == [("2", "3")]
    assert run("check", "--format", "csv").output.splitlines() == ["relation,month,measure,lake,database"]


def standing_empty():
    rows = json.loads(run("status", "--format", "json").output)["relations"]
    return {row["relation"]: 0 for row in rows}


def test_a_difference_is_found_and_named(shop):
    record(sale(1), sale(2))
    lake_flush(at=NOW)
    with connection.cursor() as cursor:
        # Nobody is told of it, as nobody who keeps to the services can do it.
        cursor.execute("UPDATE sales_sale SET net = net + 1 WHERE number = 'W-0001'")
    told = run("check", "--format", "json")
    assert told.exit_code == 1
    assert json.loads(told.output) == [
        {"relation": "sales", "month": "2026-11", "measure": "net", "lake": 70000, "database": 70001}
    ]
    assert run("rebuild").exit_code == 0
    assert run("check").exit_code == 0


def test_files_are_for_their_owner_alone_and_name_nobody(shop):
    record(sale(1, customer={"phone": ANNA_PHONE, "name": "Anna Kamau"}, note="for Anna"))
    lake_flush(at=NOW)
    for found in [place_here(), *place_here().rglob("*")]:
        assert stat.S_IMODE(found.stat().st_mode) & 0o077 == 0, found
    for found in place_here().rglob("*.parquet"):
        content = str(pq.read_table(found, partitioning=None).to_pydict())
        assert not any(word in content for word in ("Anna", "Kamau", "712345678"))


@pytest.mark.parametrize(
    "words", [("nonsense",), ("flush", "now"), ("status", "--format", "xml"), ("check", "--month")]
)
def test_wrong_input_is_refused_and_nothing_is_written(shop, words):
    assert run(*words).exit_code == 2
    assert not place_here().exists()
