"""A random shop, stored as it is: the ids in the database are the places in the shop, from 1."""

from datetime import UTC, datetime, time
from uuid import UUID

from regulars.customers.models import Address, Customer, CustomField, CustomValue, Identity, Tag
from regulars.groups.models import Group, Membership, Pin
from regulars.privacy.models import ConsentEntry
from regulars.sales.facts import facts_rebuild
from regulars.sales.models import Business, Payment, Product, ProductVersion, Sale, SaleLine, Store
from tests.segments.random_shops import FIELDS, GROUPS, PRODUCTS, STORES, Person, Receipt, Shop

_AT = datetime(2026, 1, 1, tzinfo=UTC)


def shop_store(shop: Shop) -> None:
    """The database, empty before, holds the shop and the facts of its customers."""
    business = Business.objects.create(
        id=1, name="Harbour Coffee", currency="KES", country="KE", timezone="UTC",
        spend_includes_tax=shop.spend_includes_tax,
    )  # fmt: skip
    for n, (name, city) in enumerate(STORES, 1):
        Store.objects.create(id=n, name=name, city=city, country="KE", timezone="UTC", currency="KES")
    for n, product in enumerate(PRODUCTS, 1):
        Product.objects.create(id=n, sku=product.sku, name=product.name)
        for version in product.versions:
            ProductVersion.objects.create(product_id=n, **version._asdict())
    for n, (name, kind) in enumerate(FIELDS.items(), 1):
        CustomField.objects.create(id=n, name=name, kind=kind)
    for n in GROUPS:
        Group.objects.create(id=n, name=f"Group {n}", kind="manual")
    for n, person in enumerate(shop.people, 1):
        _person_store(n, person)
    for receipt in shop.receipts:
        _receipt_store(receipt)
    facts_rebuild(business=business)


def _person_store(n: int, person: Person) -> None:
    Customer.objects.create(
        id=n, code=f"C{n}", birth_date=person.birth_date, gender=person.gender, language=person.language,
        joined=person.joined, source=person.source,
    )  # fmt: skip
    if person.place is not None:
        city, region, country, postcode = person.place
        Address.objects.create(
            customer_id=n, kind="billing", city=city, region=region, country=country, postcode=postcode
        )
        # Where goods go says nothing of where a customer is from.
        Address.objects.create(customer_id=n, kind="shipping", city="Kisumu", country="UG")
    Tag.objects.bulk_create(Tag(customer_id=n, tag=tag) for tag in person.tags)
    Identity.objects.bulk_create(Identity(customer_id=n, kind=kind, value=f"{kind} {n}") for kind in person.identities)
    for channel, is_given in person.consents:
        ConsentEntry.objects.create(customer_id=n, channel=channel, is_given=is_given, actor="a person", at=_AT)
    numbers = {name: number for number, name in enumerate(FIELDS, 1)}
    for name, value in person.fields.items():
        CustomValue.objects.create(customer_id=n, field_id=numbers[name], value=value)
    for group in person.members:
        Membership.objects.create(customer_id=n, group_id=group, since=person.joined)
    for group, is_in in person.pins.items():
        Pin.objects.create(customer_id=n, group_id=group, is_in=is_in, actor="a person", at=_AT)


def _receipt_store(receipt: Receipt) -> None:
    versions = {
        (n, place): version.id
        for n in range(len(PRODUCTS))
        for place, version in enumerate(ProductVersion.objects.filter(product_id=n + 1).order_by("id"))
    }
    sums = receipt.sums
    sale = Sale.objects.create(
        id=receipt.n + 1, uid=UUID(int=receipt.n), number=str(receipt.n), store_id=receipt.store + 1,
        channel=receipt.channel, kind=receipt.kind, status=receipt.status,
        customer_id=None if receipt.customer is None else receipt.customer + 1,
        sold_at=datetime.combine(receipt.day, time(receipt.hour), UTC), day=receipt.day,
        weekday=receipt.day.isoweekday(), hour=receipt.hour, minute=0, total=receipt.total, net=sums["net"],
        tax=sums["tax"], discount=sums["discount"], units_milli=sums["units"],
    )  # fmt: skip
    for n, line in enumerate(receipt.lines, 1):
        SaleLine.objects.create(
            sale=sale, n=n, version_id=versions[line.product, line.version], quantity_milli=line.quantity_milli,
            unit_price_milli=0, discount=line.discount, tax=line.tax, net=line.net, is_gift_card=line.is_gift_card,
        )  # fmt: skip
    for n, (method, status) in enumerate(receipt.payments, 1):
        Payment.objects.create(sale=sale, n=n, method=method, amount=0, status=status)
