"""Whatever leads to a person is declared, so that one export and one erasure reach it."""

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from regulars.customers.models import Customer
from regulars.privacy.registry import personal_data_declared

DECLARED = {each.model: each for each in personal_data_declared()}
# Fields that hold a customer's id without a foreign key.
PLAIN_IDS = {"customer_id", "customer_given"}


def _points_at(model: type[models.Model]) -> set[type[models.Model]]:
    return {field.related_model for field in model._meta.concrete_fields if field.is_relation and field.related_model}


def leads_to_a_customer() -> set[str]:
    """The models from which a way of foreign keys, or a plain id, ends at a customer; the customer among them."""
    every = apps.get_models()
    found = {Customer} | {m for m in every if {field.attname for field in m._meta.concrete_fields} & PLAIN_IDS}
    while True:
        more = {model for model in every if model not in found and _points_at(model) & found}
        if not more:
            return {model._meta.label for model in found}
        found |= more


def test_every_model_that_leads_to_a_customer_is_declared():
    assert leads_to_a_customer() - DECLARED.keys() == set()


def test_what_is_declared_leads_to_a_customer():
    assert DECLARED.keys() - leads_to_a_customer() == set()


def test_the_walk_finds_what_hangs_on_a_sale():
    assert {"customers.Identity", "sales.Sale", "sales.SaleLine", "sales.SaleContact"} <= leads_to_a_customer()


@pytest.mark.parametrize("declared", DECLARED.values(), ids=DECLARED)
def test_the_fields_declared_are_there_and_each_is_named_once(declared):
    model = apps.get_model(declared.model)
    for name in (*declared.direct, *declared.indirect):
        try:
            model._meta.get_field(name)
        except FieldDoesNotExist:
            pytest.fail(f"{declared.model} has no field {name}")
    assert set(declared.direct) & set(declared.indirect) == set()


@pytest.mark.parametrize("declared", DECLARED.values(), ids=DECLARED)
@pytest.mark.django_db
def test_the_way_declared_ends_at_the_customers_id(declared):
    rows = apps.get_model(declared.model)._default_manager.filter(**{f"{declared.path}__in": [0]})
    assert list(rows.values_list(declared.path, flat=True)) == []
    *way, last = declared.path.split("__")
    model = apps.get_model(declared.model)
    for name in way:
        model = model._meta.get_field(name).related_model
    target = model._meta.get_field(last)
    assert model is Customer if last == "id" else target.attname in PLAIN_IDS
