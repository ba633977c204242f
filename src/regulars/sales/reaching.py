"""Stores and products by name, for those who may not know of every one."""

from collections.abc import Collection, Mapping

from regulars.access.rules import Actor
from regulars.sales.errors import StoreUnknown
from regulars.sales.models import Product, Store
from regulars.sales.selectors import store_hints, stores_named, stores_within


def store_reached(name: str, *, right: str, visible_to: Actor) -> Store:
    """The open store of that name, where the right reaches it; hints at stores within reach only. Two queries at most.

    Raises Forbidden; StoreUnknown, for a store out of reach as for one that is not there.
    """
    within = visible_to.stores_within(right)
    found = stores_within(stores_named({name}), right=right, actor=visible_to).get(name)
    if found is None:
        raise StoreUnknown(name=name, hint=store_hints({name}, within=within)[name])
    return found


def store_names(ids: Collection[int]) -> list[str]:
    """The names of these stores, by name. One query."""
    return list(Store.objects.filter(id__in=ids).order_by("name").values_list("name", flat=True))


def store_names_by_id(ids: Collection[int]) -> Mapping[int, str]:
    """The names of these stores, which every customer may know. One query, none for no ids."""
    return dict(Store.objects.filter(id__in=ids).values_list("id", "name")) if ids else {}


def product_names_by_sku(skus: Collection[str]) -> Mapping[str, str]:
    """What these products are called, which every customer may know. One query, none for no SKUs."""
    if not skus:
        return {}
    rows = Product.objects.filter(sku__in=skus).exclude(name="").values_list("sku", "name")
    return {sku: name for sku, name in rows if sku is not None}
