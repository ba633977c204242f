"""What is stored, in a form that does not show in which order it came."""

import re
from typing import Any

from regulars.customers.models import Customer, Identity
from regulars.sales.models import CustomerFacts, Payment, Product, Sale, SaleContact, SaleLine

HOUSE_CODE = re.compile(r"2\d{12}")
NOTHING = (0, 0, 0, 0, 0, 0, None, None)
FACTS = ("spent", "orders", "visits", "units_milli", "returned", "discount", "first_order", "last_order")


def people_stored() -> list[dict[str, Any]]:
    """Each customer by the sales that are theirs; codes that the house made are shown as None."""
    people = []
    for row in Customer.objects.all():
        identities = {
            (identity.kind, identity.value): identity.since_sale
            for identity in Identity.objects.filter(customer=row)
            if not (identity.kind == "code" and identity.since_sale is None and HOUSE_CODE.fullmatch(identity.value))
        }
        house_made = row.code if HOUSE_CODE.fullmatch(row.code) else None
        assert Identity.objects.filter(customer=row, kind="code", value=row.code).exists(), "a code leads nowhere"
        people.append(
            {
                "sales": frozenset(Sale.objects.filter(customer=row).values_list("uid", flat=True)),
                "name": row.name,
                "named": (row.named_at, row.named_by) if row.named_at else None,
                "joined": None if row.is_vouched else row.joined,
                "code": None if house_made else row.code,
                "identities": identities,
                # Who never bought has no facts or facts of nothing, which is the same.
                "facts": CustomerFacts.objects.filter(customer=row).values_list(*FACTS).first() or NOTHING,
                "is_vouched": row.is_vouched,
            }
        )
    return sorted(people, key=lambda each: (sorted(each["sales"]), sorted(each["identities"]), each["name"]))


def sales_stored() -> dict[Any, Any]:
    """Each sale by its id, whole, but for whose it is."""
    lines = SaleLine.objects.order_by("sale", "n")
    payments = Payment.objects.order_by("sale", "n")
    return {
        row.uid: (
            row.number, row.store.name, row.register and row.register.name, row.channel, row.kind, row.status,
            row.is_assigned, row.original_uid, row.sold_at, row.day, row.weekday, row.hour, row.minute,
            row.total, row.net, row.tax, row.discount, row.tip, row.units_milli, row.note, row.brought_by,
            tuple(lines.filter(sale=row).values_list(
                "n", "version__product__sku", "version__name", "version__category", "version__brand",
                "quantity_milli", "unit_price_milli", "discount", "tax", "net", "is_gift_card")),
            tuple(payments.filter(sale=row).values_list("n", "method", "amount", "reference", "status")),
            tuple(SaleContact.objects.filter(sale=row).values_list("code", "phone", "email", "name", "customer_given")),
        )
        for row in Sale.objects.select_related("store", "register")
    }  # fmt: skip


def products_stored() -> dict[tuple[str, str], tuple[str, str, str]]:
    """How the catalogue calls each product."""
    return {
        (("sku", sku) if sku else ("name", name)): (name, category, brand)
        for sku, name, category, brand in Product.objects.values_list("sku", "name", "category", "brand")
    }


def state() -> dict[str, Any]:
    """All of it."""
    return {"people": people_stored(), "sales": sales_stored(), "products": products_stored()}
