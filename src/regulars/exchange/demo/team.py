"""Who works in the demo shop."""

from typing import NamedTuple

# Printed wherever the demo is served, and of use nowhere else.
DEMO_PASSWORD = "jacaranda-rye-2026"  # noqa: S105


class DemoPerson(NamedTuple):
    """Somebody who can sign in to the demo; stores where the role is bound to some."""

    login: str
    name: str
    role: str
    stores: tuple[str, ...] = ()


DEMO_PEOPLE = (
    DemoPerson("amina", "Amina Odhiambo", "owner"),
    DemoPerson("brian", "Brian Kiptoo", "manager", ("Westlands", "Karen")),
    DemoPerson("wanjiru", "Wanjiru Kamau", "cashier", ("Westlands",)),
    DemoPerson("faith", "Faith Achieng", "marketer"),
    DemoPerson("hassan", "Hassan Ali", "analyst"),
    DemoPerson("njeri", "Njeri Mwangi", "auditor"),
)
