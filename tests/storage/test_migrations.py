"""The tables can be made from nothing and taken away again."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction

ROOMS = ("exchange", "sales", "privacy", "customers", "events", "access")


def our_tables():
    return {name for name in connection.introspection.table_names() if name.partition("_")[0] in ROOMS}


@pytest.fixture
def migrated_again(transactional_db):
    yield
    call_command("migrate", verbosity=0)


def test_migrating_back_to_nothing_leaves_nothing_and_forth_again_everything(migrated_again):
    before = our_tables()
    ours = {model._meta.db_table for model in apps.get_models() if model._meta.app_label in ROOMS}
    assert ours <= before
    for room in ROOMS:
        call_command("migrate", room, "zero", verbosity=0)
    assert our_tables() == set()
    call_command("migrate", verbosity=0)
    assert our_tables() == before
    with transaction.atomic():
        connection.check_constraints()
