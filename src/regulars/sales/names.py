"""What follows when a product is called otherwise: a rule may ask for it by any name it was ever sold under."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from regulars.customers.following import customers_touched
from regulars.sales.models import Sale

_ASKING: list[Callable[[Collection[str]], bool]] = []


def asking_declare(is_asked: Callable[[Collection[str]], bool]) -> None:
    """`is_asked` says whether anything of a higher room hangs on whether a product has one of these names."""
    _ASKING.append(is_asked)


def products_named(names: Mapping[int, Collection[str]], *, at: datetime) -> None:
    """Whoever bought one of these products is followed, if anything hangs on the names it won or lost.

    Inside `writing()`. Where nothing does, it costs next to nothing; else every line is looked at.
    """
    told = {name for found in names.values() for name in found if name}
    if told and any(is_asked(told) for is_asked in _ASKING):
        sales = Sale.objects.filter(lines__version__product_id__in=list(names), customer__isnull=False).order_by()
        customers_touched(list(sales.values_list("customer_id", flat=True).distinct()), reason="sale", at=at)
