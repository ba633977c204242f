"""The arithmetic of offers a second time, slow and plain: exact fractions, unit by unit, and every combination tried.

Written from balances.md, not from the engine, so that the two can be held against each other.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from math import floor

from regulars.offers.engine.basket import Basket, BasketLine
from regulars.offers.engine.terms import Kind, Level, Offer, Target


def half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


def gross(line: BasketLine) -> int:
    price = line.list_price_milli if line.manual_price_milli is None else line.manual_price_milli
    return half_up(Fraction(line.quantity_milli, 1000) * Fraction(price, 1000))


def is_about(target: Target, line: BasketLine) -> bool:
    if line.is_gift_card or line.manual_price_milli is not None or line.category in target.not_categories:
        return False
    names = (*target.skus, *target.categories, *target.brands)
    return not names or line.sku in target.skus or line.category in target.categories or line.brand in target.brands


def units(bought: Basket, target: Target) -> list[int]:
    """The place of the line of each whole unit, the dearest unit first."""
    places = [n for n, line in enumerate(bought.lines) if is_about(target, line)]
    places.sort(key=lambda n: (-bought.lines[n].list_price_milli, n))
    return [n for n in places for _unit in range(bought.lines[n].quantity_milli // 1000)]


def given(bought: Basket, offer: Offer) -> list[int]:
    """The place of the line of each unit that is given."""
    terms = offer.terms
    most = terms.most_times
    if terms.kind is Kind.FREE_ITEM:
        return units(bought, terms.gets)[::-1][: terms.get * (most or 1)]
    if terms.gets is None:
        row, size = units(bought, terms.target), terms.buy + terms.get
        groups = [row[n : n + size] for n in range(0, len(row) - size + 1, size)]
        return [n for group in groups[:most] for n in group[terms.buy :]]
    buys, gets = units(bought, terms.target), units(bought, terms.gets)
    for times in range(min(len(buys) // terms.buy, len(gets) // terms.get, 10**9 if most is None else most), 0, -1):
        found = _cheapest(buys, gets, times * terms.get, times * terms.buy)
        if found is not None:
            return found
    return []


def _cheapest(buys: list[int], gets: list[int], wanted: int, needed: int) -> list[int] | None:
    """`wanted` of `gets` from the cheapest on that leave `needed` of `buys`; None where there are not so many."""
    taken: list[int] = []
    for n in reversed(gets):
        if len(taken) == wanted:
            break
        rest = len(buys) - sum(each in buys for each in [*taken, n])
        if n not in buys or rest >= needed:
            taken.append(n)
    is_enough = len(taken) == wanted and len(buys) - sum(each in buys for each in taken) >= needed
    return taken if is_enough else None


def offs(bought: Basket, offer: Offer, nets: Sequence[int]) -> list[int]:
    """What the offer takes off each line that now costs so much."""
    terms = offer.terms
    if terms.level is Level.ORDER:
        return _order_offs(bought, offer, nets)
    if terms.kind in {Kind.BUY_X_GET_Y, Kind.FREE_ITEM}:
        share = Fraction(terms.percent_milli if terms.kind is Kind.BUY_X_GET_Y else 100_000, 100_000)
        places = given(bought, offer)
        parts = [Fraction(1000 * places.count(n), line.quantity_milli) for n, line in enumerate(bought.lines)]
        return [half_up(net * part * share) for net, part in zip(nets, parts, strict=True)]
    found = []
    for line, net in zip(bought.lines, nets, strict=True):
        quantity = Fraction(line.quantity_milli, 1000)
        off = {
            Kind.PERCENT: lambda net=net: half_up(net * Fraction(terms.percent_milli, 100_000)),
            Kind.AMOUNT: lambda net=net, quantity=quantity: min(net, half_up(quantity * terms.amount)),
            Kind.FIXED_PRICE: lambda net=net, quantity=quantity: max(
                0, net - half_up(quantity * Fraction(terms.price_milli, 1000))
            ),
        }[terms.kind]()
        found.append(off if is_about(terms.target, line) else 0)
    return found


def _order_offs(bought: Basket, offer: Offer, nets: Sequence[int]) -> list[int]:
    terms = offer.terms
    weights = [net if is_about(terms.target, line) else 0 for line, net in zip(bought.lines, nets, strict=True)]
    whole = sum(weights)
    if not whole:
        return [0] * len(nets)
    off = half_up(whole * Fraction(terms.percent_milli, 100_000)) if terms.percent_milli else min(terms.amount, whole)
    exact = [Fraction(off * weight, whole) for weight in weights]
    shares = [floor(each) for each in exact]
    first = sorted(range(len(nets)), key=lambda n: (shares[n] - exact[n], n))
    for n in first[: off - sum(shares)]:
        shares[n] += 1
    return shares


def goods(bought: Basket, nets: Sequence[int]) -> int:
    return sum(net for line, net in zip(bought.lines, nets, strict=True) if not line.is_gift_card)


def nets_with(bought: Basket, chosen: Sequence[Offer]) -> list[int] | None:
    """What the lines cost with these offers; None where they may not be combined."""
    families = [each.terms.family for each in chosen if each.terms.family]
    if len(families) > len(set(families)):
        return None
    nets = [gross(line) for line in bought.lines]
    before = goods(bought, nets)
    for level in Level:
        if level is Level.ORDER:
            after = goods(bought, nets)
            for each in chosen:
                given_ = each.terms.conditions
                about = sum(line.quantity_milli // 1000 for line in bought.lines if is_about(each.terms.target, line))
                if (after if given_.is_minimum_after else before) < given_.minimum or about < given_.minimum_units:
                    return None
        for each in sorted(chosen, key=lambda one: (one.terms.stack, one.id)):
            if each.terms.level is level:
                nets = [net - off for net, off in zip(nets, offs(bought, each, nets), strict=True)]
    return nets


def combined(offers: Sequence[Offer]) -> Iterator[tuple[Offer, ...]]:
    for count in range(len(offers) + 1):
        yield from combinations(offers, count)


def best(bought: Basket, offers: Sequence[Offer]) -> tuple[int, tuple[int, ...]]:
    """What the best combination saves, and which it is, of all there are."""
    whole = sum(gross(line) for line in bought.lines)
    found = []
    for chosen in combined(offers):
        nets = nets_with(bought, chosen)
        if nets is not None:
            assert min(nets, default=0) >= 0
            priorities = sorted((each.terms.priority for each in chosen), reverse=True)
            ids = sorted(each.id for each in chosen)
            found.append((whole - sum(nets), -len(chosen), priorities, [-id_ for id_ in ids], tuple(ids)))
    saves, _count, _priorities, _ids, ids = max(found)
    return saves, ids
