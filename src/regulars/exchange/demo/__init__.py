"""The demo shop: two believable years of a small chain of cafés, as files its old tills could have exported; what it
gives to those who come back; and what it sold over the counter lately.

Seeded: the same number of customers, seed and last day give the same bytes. Not for: loading them, which is
an import like any other, and quotes and sales like any others; measuring speed on millions of sales.
"""

from regulars.exchange.demo.catalogue import DemoProduct, demo_products
from regulars.exchange.demo.files import DemoFiles, demo_files
from regulars.exchange.demo.shop import DEMO_BUSINESS, DEMO_STORES, DemoBusiness, DemoStore, Hours, hours_on
from regulars.exchange.demo.team import DEMO_PASSWORD, DEMO_PEOPLE, DemoPerson

__all__ = [
    "DEMO_BUSINESS",
    "DEMO_PASSWORD",
    "DEMO_PEOPLE",
    "DEMO_STORES",
    "DemoBusiness",
    "DemoFiles",
    "DemoPerson",
    "DemoProduct",
    "DemoStore",
    "Hours",
    "demo_files",
    "demo_products",
    "hours_on",
]
