"""The search index of customers: tables of the database's own kind, beside the models.

No foreign key leads from here to a customer: deleting one does not wait for the index.
"""

from django.db import migrations

# Contentless: the words are kept as an index only, not as text. Sixteen bytes of `checksum` per customer tell
# whether they are still right. The hash size (bytes) lets a bulk import be written in one piece.
SQLITE = [
    "CREATE TABLE customers_searchplace ("
    "serial integer NOT NULL PRIMARY KEY AUTOINCREMENT, customer_id bigint NOT NULL UNIQUE, checksum bigint NOT NULL)",
    "CREATE VIRTUAL TABLE customers_searchword USING fts5("
    "words, content='', contentless_delete=1, detail=none, tokenize='ascii', prefix='1 2 3 4 5 6 7 8')",
    "INSERT INTO customers_searchword (customers_searchword, rank) VALUES ('hashsize', 33554432)",
]
SQLITE_BACK = ["DROP TABLE customers_searchword", "DROP TABLE customers_searchplace"]
POSTGRES = [
    "CREATE SEQUENCE customers_searchplace_serial",
    "CREATE TABLE customers_searchplace ("
    "customer_id bigint PRIMARY KEY, serial bigint NOT NULL, checksum bigint NOT NULL, document tsvector NOT NULL)",
    "CREATE UNIQUE INDEX customers_searchplace_by_serial ON customers_searchplace (serial)",
    "CREATE INDEX customers_searchplace_document ON customers_searchplace USING gin (document) WITH (fastupdate = off)",
]
POSTGRES_BACK = ["DROP TABLE customers_searchplace", "DROP SEQUENCE customers_searchplace_serial"]


def forwards(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES:
        schema_editor.execute(statement)


def backwards(apps, schema_editor):
    for statement in SQLITE_BACK if schema_editor.connection.vendor == "sqlite" else POSTGRES_BACK:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
