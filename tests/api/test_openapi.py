"""The document says what the API does; a change of it is a change that somebody looked at.

`python -m tests.api.test_openapi` writes tests/api/openapi.json anew.
"""

import json
import os
from pathlib import Path

from regulars.api.rules import ASKED_WITH_A_BODY

SNAPSHOT = Path(__file__).with_name("openapi.json")
AGAIN = "the API is not what the snapshot says: run `python -m tests.api.test_openapi` and look at what changed"


def test_the_document_is_the_snapshot(client, db):
    answer = client.get("/api/v1/openapi.json")
    assert answer["Content-Type"] == "application/json"
    assert answer.content.decode() == SNAPSHOT.read_text("utf-8"), AGAIN


def test_every_route_is_told_whole():
    document = json.loads(SNAPSHOT.read_text("utf-8"))
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            assert told["description"], (method, path)
            assert {"401", "403", "422", "429"} <= told["responses"].keys(), (method, path)
            assert told["security"] == [{"Bearer": []}], (method, path)
            has_key = "Idempotency-Key" in {each["name"] for each in told.get("parameters", [])}
            is_kept = method != "get" and told["operationId"] not in ASKED_WITH_A_BODY
            assert has_key == is_kept, (method, path)


def test_every_reference_leads_somewhere():
    text = SNAPSHOT.read_text("utf-8")
    schemas = json.loads(text)["components"]["schemas"]
    named = {part.partition('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert named <= schemas.keys()
    assert "SaleIn" in named


def test_the_page_shows_every_route_and_loads_nothing_from_elsewhere(client, db):
    page = client.get("/api/v1/docs").content.decode()
    for path, methods in json.loads(SNAPSHOT.read_text("utf-8"))["paths"].items():
        for method, told in methods.items():
            assert f'id="{told["operationId"]}"' in page, (method, path)
    assert "lines[].unit_price" in page
    assert [part for part in ("<script", "<style", " style=", "//cdn", "onclick") if part in page] == []


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from regulars.api.describing import openapi_text

    SNAPSHOT.write_text(openapi_text(), "utf-8")
