"""Products and the words they were sold under."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from regulars.events.services import events_record
from regulars.sales.drafts import SaleDraft
from regulars.sales.models import Product, ProductVersion
from regulars.sales.names import products_named
from regulars.sales.rules import product_key
from regulars.storage.reading import moment_read, rows_among
from regulars.storage.writing import LockSpace, ids_reserve, names_lock, rows_insert

_SHELF = """
    SELECT p.id, p.sku, p.name, p.category, p.brand, p.is_catalogued, p.described_at, v.id, v.name, v.category, v.brand
    FROM sales_product AS p LEFT JOIN sales_productversion AS v ON v.product_id = p.id WHERE
"""
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


@dataclass(slots=True)
class _Shelf:
    """The products that some labels name (by `product_key`), and the versions there are of them."""

    products: dict[str, Known] = field(default_factory=dict)
    versions: dict[tuple[int, Words], int] = field(default_factory=dict)

    def version_of(self, label: Label) -> tuple[int, Words] | None:
        """The version the label is sold under; None while the product is not there."""
        product = self.products.get(product_key(label[0], label[1]))
        return None if product is None else _sold_as(label, product)

    def lacking(self, labels: Iterable[Label]) -> list[Label]:
        """The labels whose product or version is not there yet."""
        return [label for label in labels if self.version_of(label) not in self.versions]


def versions_of(drafts: Collection[SaleDraft], *, at: datetime) -> dict[Label, int]:
    """The version each label was sold under; products and versions are made where they are new, at `at`.

    A sale describes a product until a person or an import does; of several sales the first made that names it.
    What a label leaves out is filled from the catalogue if a person or an import wrote it there.
    One query where nothing is new, a constant number otherwise, and one for each product that a sale describes anew.
    Inside `writing()`.
    """
    sold: dict[Label, datetime] = {}
    for draft in sorted(drafts, key=attrgetter("sold_at")):
        sold_at = draft.sold_at
        for line in draft.lines:
            sold.setdefault(line[:4], sold_at)
    versions = _versions_settled(sold)
    rest = {label: at for label, at in sold.items() if label not in versions}
    return versions | _versions_settling(rest, at=at) if rest else versions


def _versions_settled(sold: Mapping[Label, datetime]) -> dict[Label, int]:
    """The versions of those labels that were sold before and tell nothing new of their product: nearly all of them.

    One query.
    """
    versions: dict[Label, int] = {}
    skus = {label[0] for label in sold if label[0]}
    for _id, sku, held_name, _category, _brand, is_catalogued, at, version, name, category, brand in rows_among(
        _SHELF, "p.sku", skus
    ):
        label = (sku, name, category, brand)
        sold_at = sold.get(label)
        if sold_at is None:
            continue
        is_described = held_name and at is not None and moment_read(at) < sold_at
        if (name and category and brand) if is_catalogued else is_described:
            versions[label] = version
    return versions


def _versions_settling(sold: Mapping[Label, datetime], *, at: datetime) -> dict[Label, int]:
    """The versions of labels that are new, or tell something new of their product."""
    shelf = _shelf_of(sold)
    lacking = shelf.lacking(sold)
    if lacking:
        # Somebody may be making the same at this moment: wait, and look again.
        names_lock((product_key(label[0], label[1]) for label in lacking), space=LockSpace.PRODUCTS)
        shelf = _shelf_of(sold)
    first = _first(sold)
    known = {(product, words.name) for product, words in shelf.versions}
    _products_make(shelf, first)
    changed = _products_describe(shelf, first)
    events_record(kind="product.changed", subjects=[(each, None) for each in changed], at=at)
    _versions_make(shelf, shelf.lacking(sold))
    # Whoever bought it before has bought something of its new name too.
    sold_before = {product for product, _name in known}
    names: dict[int, set[str]] = defaultdict(set)
    for product, words in shelf.versions:
        if product in sold_before and (product, words.name) not in known:
            names[product].add(words.name)
    products_named(names, at=at)
    return {label: shelf.versions[version] for label in sold if (version := shelf.version_of(label)) is not None}


def _products_make(shelf: _Shelf, first: Mapping[str, tuple[datetime, Label]]) -> None:
    new = [key for key in first if key not in shelf.products]
    rows = []
    for id_, key in zip(ids_reserve(Product, len(new)) if new else (), new, strict=True):
        at, (sku, *words) = first[key]
        rows.append((id_, sku or None, *words, None, False, at))
        shelf.products[key] = Known(id_, Words(*words), is_catalogued=False, described_at=at)
    rows_insert(Product, _PRODUCT, rows)


def _products_describe(shelf: _Shelf, first: Mapping[str, tuple[datetime, Label]]) -> list[int]:
    """Products are described by the first sale that names them, where no one else did; the ids of those."""
    better = [key for key, (at, label) in first.items() if _is_described_by(shelf.products[key], at, label)]
    for key in sorted(better):
        at, (_sku, *words) = first[key]
        shelf.products[key] = _redescribed(shelf.products[key], at, Words(*words))
    return [shelf.products[key].id for key in better]


def _versions_make(shelf: _Shelf, lacking: Iterable[Label]) -> None:
    new = sorted({version for label in lacking if (version := shelf.version_of(label)) is not None})
    if not new:
        return
    made = dict(zip(new, ids_reserve(ProductVersion, len(new)), strict=True))
    rows_insert(
        ProductVersion,
        ("id", "product_id", "name", "category", "brand"),
        [(id_, product_id, *words) for (product_id, words), id_ in made.items()],
    )
    shelf.versions |= made


def _first(sold: Mapping[Label, datetime]) -> dict[str, tuple[datetime, Label]]:
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


def _shelf_of(labels: Iterable[Label]) -> _Shelf:
    """What is there of the products that the labels name. Two queries at most."""
    skus = {label[0] for label in labels if label[0]}
    names = {label[1] for label in labels if not label[0]}
    rows = rows_among(_SHELF, "p.sku", skus) + rows_among(f"{_SHELF} p.sku IS NULL AND", "p.name", names)
    shelf = _Shelf()
    for id_, sku, name, category, brand, is_catalogued, at, version, *words in rows:
        key = product_key(sku or "", name)
        if key not in shelf.products:
            described_at = None if at is None else moment_read(at)
            shelf.products[key] = Known(id_, Words(name, category, brand), bool(is_catalogued), described_at)
        if version is not None:
            shelf.versions[id_, Words(*words)] = version
    return shelf
