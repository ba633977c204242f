"""Whatever is sent, nobody gets an answer of 500 and above, and every answer is what the document says.

REGULARS_TEST_CASES is how many requests are made in all: 300 unless told otherwise, 10,000 before a release.
"""

import os

import pytest
import schemathesis
from django.test.client import ClientHandler
from hypothesis import HealthCheck, Phase, given, seed, settings, strategies
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from regulars.api.describing import openapi_document
from regulars.groups.services import group_create
from regulars.offers.engine.terms import Kind, Level, OfferTerms
from regulars.offers.price_books import price_book_save
from regulars.offers.services import offer_save
from regulars.segments.editing import segment_create
from regulars.segments.selectors import tier_set_get
from regulars.segments.services import tier_set_save
from tests import cast
from tests.api.calling import caller

CASES = int(os.environ.get("REGULARS_TEST_CASES", "300"))
TEN_OFF = OfferTerms(kind=Kind.PERCENT, level=Level.ORDER, percent_milli=10_000)
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


def application(environ, start_response):
    """The server's application, but that it leaves the test's transaction open at the end of a request."""
    response = ClientHandler(enforce_csrf_checks=False)(environ)
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return [b"".join(response)]


SCHEMA = schemathesis.openapi.from_dict(openapi_document())
SCHEMA.app = application
OPERATIONS = {each.ok().definition.raw["operationId"]: each.ok() for each in SCHEMA.get_all_operations()}


@pytest.fixture
def known(shop, settings):
    """Things that are there, by how a path calls them."""
    settings.API_RATE = "1000000/1"
    contact = {"phone": cast.ANNA_PHONE, "email": cast.ANNA_EMAIL, "name": "Anna Njeri"}
    anna = cast.recorded(cast.sale(1, register="T1", customer=contact)).customer_id
    cast.recorded(cast.sale(2, store=cast.KAREN))
    at = {"actor": cast.OPERATOR, "at": cast.NOW}
    groups = {
        "segment": segment_create("Big", "spent >= 500", **at).id,
        "group": group_create("Staff", **at),
    }
    tier_set_save("Loyalty", "Standard; Gold: spent >= 500", **at)
    groups["tiers"] = tier_set_get("Loyalty", visible_to=cast.OPERATOR).id
    made = offer_save("Ten off", TEN_OFF, is_live=True, **at)
    book = price_book_save("All", {"LATTE": 300_000}, **at)
    groups |= {"offer": made, "book": book}
    return {"customer": anna, "sale": "W-0001", "sku": "LATTE", "token": 1, "upload": 1, "run": 1, **groups}


def _cases(operation):
    """Requests that the document allows, and such as it does not."""
    return strategies.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )


@pytest.mark.parametrize("name", OPERATIONS)
def test_any_input_is_answered_as_the_document_says(name, known):
    secret = caller("owner", store=None).secret
    operation = OPERATIONS[name]

    @seed(20261121)
    @settings(
        max_examples=max(1, CASES // len(OPERATIONS)), deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=_cases(operation), is_known=strategies.booleans())
    def answered(case, is_known):
        if is_known and case.path_parameters:
            case.path_parameters = {each: known[each] for each in case.path_parameters}
        response = case.call(headers={"Authorization": f"Bearer {secret}"})
        case.validate_response(response, checks=list(CHECKS))

    answered()
