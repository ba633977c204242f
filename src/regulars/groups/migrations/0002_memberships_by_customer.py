"""On SQLite memberships lie where the primary key says: a customer's beside one another.

Otherwise each would be written twice, once in the order in which it came and once in an index of the key; a sale that
moves its customer through ten groups would then encrypt and write a third more pages. PostgreSQL knows no such tables.
"""

from django.db import migrations

TABLE = "groups_membership"


def remade(schema_editor, change):
    """The table as it is, but for the end of its statement; its indexes and rows stay."""
    if schema_editor.connection.vendor != "sqlite":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT type, sql FROM sqlite_master WHERE tbl_name = %s AND sql > '' ORDER BY type DESC", [TABLE])
        [(_table, made), *indexes] = cursor.fetchall()
        cursor.execute(change(made).replace(f'"{TABLE}"', '"groups_membership_new"', 1))
        cursor.execute(f"INSERT INTO groups_membership_new SELECT * FROM {TABLE} ORDER BY customer_id, group_id")
        cursor.execute(f"DROP TABLE {TABLE}")
        cursor.execute(f"ALTER TABLE groups_membership_new RENAME TO {TABLE}")
        for _index, sql in indexes:
            cursor.execute(sql)


def forwards(apps, schema_editor):
    remade(schema_editor, lambda made: f"{made} WITHOUT ROWID")


def backwards(apps, schema_editor):
    remade(schema_editor, lambda made: made.removesuffix(" WITHOUT ROWID"))


class Migration(migrations.Migration):
    dependencies = [("groups", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
