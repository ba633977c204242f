"""Products and the words they were sold under."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from regulars.sales.drafts import SaleDraft
from regulars.sales.models import Product, ProductVersion
from regulars.sales.rules import product_key
from regulars.storage.reading import moment_read, rows_among
from regulars.storage.writing import LockSpace, ids_reserve, names_lock, rows_insert

_KNOWN = "SELECT id, sku, name, category, brand, is_catalogued, described_at FROM sales_product WHERE"
_VERSIONS = "SELECT id, product_id, name, category, brand FROM sales_productversion WHERE"
_PRODUCT = ("id", "sku", "name", "category", "brand", "price", "is_catalogued", "described_at")


class Words(NamedTuple):
    """What a product is called: on a receipt, or in the catalogue."""

    name: str
    category: str
    brand: str


class Known(NamedTuple):
    """A product as the catalogue has it."""

    id: int
    words: Words
    is_catalogued: bool
    described_at: datetime | None


# What a line says of its product: sku, name, category, brand.
Label = tuple[str, str, str, str]
Versions = dict[tuple[int, Words], int]


def versions_of(drafts: Collection[SaleDraft]) -> dict[Label, int]:
    """The version each label was sold under; products and versions are made where they are new.

    A sale describes a product until a person or an import does; of several sales the first made that names it.
    What a label leaves out is filled from the catalogue if a person or an import wrote it there.
    A constant number of queries, and one for each product that a sale describes anew. Inside `writing()`.
    """
    sold: dict[Label, datetime] = {}
    for draft in drafts:
        at = draft.sold_at
        for line in draft.lines:
            label = line[:4]
            if label not in sold or at < sold[label]:
                sold[label] = at
    products = _products_described(sold)
    needed = {label: _sold_as(label, products[product_key(label[0], label[1])]) for label in sold}
    versions = _versions_made(set(needed.values()), product_ids={product.id for product in products.values()})
    return {label: versions[version] for label, version in needed.items()}


def _products_described(sold: dict[Label, datetime]) -> dict[str, Known]:
    """The products of the labels, described by the first sale that names them where no one else did."""
    products = _products_known(sold)
    first = _first(sold)
    if first.keys() - products.keys():
        # Somebody may be making the same product now: wait, and look again.
        names_lock(first.keys() - products.keys(), space=LockSpace.PRODUCTS)
        products = _products_known(sold)
    new = [key for key in first if key not in products]
    rows = []
    for id_, key in zip(ids_reserve(Product, len(new)) if new else (), new, strict=True):
        at, (sku, *words) = first[key]
        rows.append((id_, sku or None, *words, None, False, at))
        products[key] = Known(id_, Words(*words), is_catalogued=False, described_at=at)
    rows_insert(Product, _PRODUCT, rows)
    for key in sorted(key for key, (at, label) in first.items() if _is_described_by(products[key], at, label)):
        at, (_sku, *words) = first[key]
        products[key] = _redescribed(products[key], at, Words(*words))
    return products


def _first(sold: dict[Label, datetime]) -> dict[str, tuple[datetime, Label]]:
    """For each product the label it was first sold under; one without a name only where there is no other."""
    first: dict[str, tuple[datetime, Label]] = {}
    for label, at in sold.items():
        key = product_key(label[0], label[1])
        held = first.get(key)
        if held is None or _rank(at, Words(*label[1:])) < _rank(held[0], Words(*held[1][1:])):
            first[key] = (at, label)
    return first


def _rank(at: datetime, words: Words) -> tuple[bool, datetime, Words]:
    """The order in which sales may describe a product, the best first."""
    return (not words.name, at, words)


def _is_described_by(known: Known, at: datetime, label: Label) -> bool:
    """Whether a sale that calls the product so describes it better than what does now."""
    if known.is_catalogued or known.described_at is None:
        return False
    if known.words.name and known.described_at < at:
        return False  # the usual case, before words are compared
    words = Words(*label[1:])
    return _rank(at, words) < _rank(known.described_at, known.words)


def _redescribed(known: Known, at: datetime, words: Words) -> Known:
    """The product as it is after a sale called it so. One query."""
    Product.objects.filter(id=known.id).update(**words._asdict(), described_at=at)
    return known._replace(words=words, described_at=at)


def _sold_as(label: Label, product: Known) -> tuple[int, Words]:
    _sku, name, category, brand = label
    if not product.is_catalogued:
        return product.id, Words(name, category, brand)
    words = product.words
    return product.id, Words(name or words.name, category or words.category, brand or words.brand)


def _products_known(labels: Iterable[Label]) -> dict[str, Known]:
    """The products of the labels that are there already. Two queries at most."""
    skus = {label[0] for label in labels if label[0]}
    names = {label[1] for label in labels if not label[0]}
    rows = rows_among(_KNOWN, "sku", skus) + rows_among(f"{_KNOWN} sku IS NULL AND", "name", names)
    return {
        product_key(sku or "", name): Known(id_, Words(name, category, brand), is_catalogued, at and moment_read(at))
        for id_, sku, name, category, brand, is_catalogued, at in rows
    }


def _versions_made(wanted: set[tuple[int, Words]], *, product_ids: Collection[int]) -> Versions:
    """The ids of the versions wanted. One query, a few more where some are new."""
    versions = _versions_known(product_ids)
    if not wanted - versions.keys():
        return versions
    names_lock(map(str, wanted - versions.keys()), space=LockSpace.VERSIONS)
    versions = _versions_known(product_ids)
    new = sorted(wanted - versions.keys())
    made = dict(zip(new, ids_reserve(ProductVersion, len(new)), strict=True))
    rows_insert(
        ProductVersion,
        ("id", "product_id", "name", "category", "brand"),
        [(id_, product_id, *words) for (product_id, words), id_ in made.items()],
    )
    return versions | made


def _versions_known(product_ids: Collection[int]) -> Versions:
    return {
        (product_id, Words(name, category, brand)): id_
        for id_, product_id, name, category, brand in rows_among(_VERSIONS, "product_id", product_ids)
    }
