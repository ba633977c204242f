"""Numbers on receipts: one series for each register, counted up."""

from django.db import connection

from regulars.sales.models import Sale, Store
from regulars.sales.services import registers_ensure

# Guarded by the row: two sales of one register at once wait for each other.
_NEXT = """
    INSERT INTO checkout_receiptseries (name, last) VALUES (%s, 1)
    ON CONFLICT (name) DO UPDATE SET last = checkout_receiptseries.last + 1 RETURNING last
"""


def number_next(store: Store, register: str) -> str:
    """The next number of the register ("R3-00042"), or of the store where none is named ("S1-00042").

    One that some other till has put on a receipt is left out. Inside `writing()`; four queries.
    """
    registers = registers_ensure([(store.id, register)])
    name = f"R{registers[store.id, register]}" if register else f"S{store.id}"
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_NEXT, [name])
            number = f"{name}-{cursor.fetchone()[0]:05}"
        if not Sale.objects.filter(number=number).exists():
            return number
