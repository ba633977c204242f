"""The quote: prices, then item offers, then order offers, with every reason (balances.md, rules 12 to 18)."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from regulars.core.text import marked as _
from regulars.offers.engine.basket import Basket, Occasion, Priced
from regulars.offers.engine.books import PriceBook, PriceFrom, lines_price
from regulars.offers.engine.buyer import Buyer
from regulars.offers.engine.choosing import Candidate, Chosen, best_chosen
from regulars.offers.engine.effects import ItemEffect, effect_of
from regulars.offers.engine.eligibility import Scene, causes, minimum_missed, refusal
from regulars.offers.engine.quote import (
    Applied,
    CodeUnused,
    LineDiscount,
    NotApplied,
    OrderDiscount,
    Quote,
    QuotedLine,
)
from regulars.offers.engine.terms import Kind, Offer


class _Taken(NamedTuple):
    """An offer of the best combination and what it takes off each line."""

    candidate: Candidate
    offs: Sequence[int]


def basket_quote(
    basket: Basket,
    *,
    buyer: Buyer,
    occasion: Occasion,
    offers: Sequence[Offer],
    books: Sequence[PriceBook] = (),
    names: Mapping[int, str] | None = None,
    codes_unused: Collection[CodeUnused] = (),
) -> Quote:
    """What the basket costs: the same for the same input, whatever the order of offers and books.

    `names`: of groups, for sentences. `codes_unused`: codes that lead to no offer, with why; those whose offer takes no
    effect join them.
    """
    told = lines_price(basket.lines, books=books, buyer=buyer, store=occasion.store)
    lines = [line for line, _from in told]
    scene = Scene(lines, buyer, occasion, basket.channel, names or {})
    whys: dict[int, str] = {}
    candidates = _candidates(offers, scene, whys)
    nets = [line.gross for line in lines]
    no_goods = sum(line.gross for line in lines if line.line.is_gift_card)
    chosen = best_chosen(candidates, nets, no_goods=no_goods)
    taken = _taken(chosen, nets)
    whys |= _whys_beaten(candidates, chosen, scene, goods=_goods_after_items(taken, nets) - no_goods)
    codes = (*codes_unused, *_codes_idle(offers, whys, buyer))
    return _written(told, taken, scene, _told(offers, whys), codes, is_bounded=chosen.is_bounded)


def lines_saved(
    lines: Sequence[Priced], *, channel: str, buyer: Buyer, occasion: Occasion, offers: Sequence[Offer]
) -> Mapping[int, int]:
    """What each offer of the best combination takes off lines whose worth is known: nothing else is told."""
    candidates = _candidates(offers, Scene(lines, buyer, occasion, channel, {}), {})
    nets = [line.gross for line in lines]
    no_goods = sum(line.gross for line in lines if line.line.is_gift_card)
    taken = _taken(best_chosen(candidates, nets, no_goods=no_goods), nets)
    return {each.candidate.offer.id: sum(each.offs) for each in taken}


def _candidates(offers: Sequence[Offer], scene: Scene, whys: dict[int, str]) -> list[Candidate]:
    """The offers that apply; why the others do not goes to `whys`."""
    nets = [line.gross for line in scene.lines]
    found = []
    for offer in sorted(offers, key=lambda each: each.id):
        why = refusal(offer, scene)
        if why is None:
            effect = effect_of(offer, scene.lines)
            alone = sum(nets) - sum(effect.after(nets))
            found.append(Candidate(offer, effect, alone))
            why = _why_nothing(offer) if effect.is_nothing or alone == 0 else None
        if why is not None:
            whys[offer.id] = why
    return [each for each in found if each.offer.id not in whys]


def _why_nothing(offer: Offer) -> str:
    match offer.terms.kind:
        case Kind.FREE_ITEM:
            named = offer.terms.gets.skus if offer.terms.gets else ()
            return _("put %s into the basket to have it free") % (" or ".join(named[:3]) or _("what is free"))
        case Kind.BUY_X_GET_Y:
            return _("there are not enough of what it is about: buy %s to get %s") % (offer.terms.buy, offer.terms.get)
        case _:
            return _("it takes nothing off what is in this basket")


def _taken(chosen: Chosen, nets: Sequence[int]) -> list[_Taken]:
    left = list(nets)
    taken = []
    for each in chosen.candidates:
        after = each.effect.after(left)
        taken.append(_Taken(each, [was - now for was, now in zip(left, after, strict=True)]))
        left = after
    return taken


def _goods_after_items(taken: Sequence[_Taken], nets: Sequence[int]) -> int:
    return sum(nets) - sum(sum(each.offs) for each in taken if isinstance(each.candidate.effect, ItemEffect))


def _whys_beaten(candidates: Sequence[Candidate], chosen: Chosen, scene: Scene, *, goods: int) -> dict[int, str]:
    """Why offers that apply alone are not in the best combination."""
    winners = {each.offer.terms.family: each.offer for each in chosen.candidates}
    ids = {each.offer.id for each in chosen.candidates}
    whys = {}
    for each in candidates:
        terms = each.offer.terms
        if each.offer.id in ids:
            continue
        if terms.family and terms.family in winners:
            whys[each.offer.id] = _('only one of "%s" is taken, and "%s" is the better one') % (
                terms.family,
                winners[terms.family].name,
            )
        elif terms.conditions.is_minimum_after and goods < terms.conditions.minimum:
            whys[each.offer.id] = minimum_missed(terms.conditions, goods, places=scene.occasion.places)
        else:
            whys[each.offer.id] = _("the basket costs no less with it beside the offers that are taken")
    return whys


def _codes_idle(offers: Sequence[Offer], whys: Mapping[int, str], buyer: Buyer) -> list[CodeUnused]:
    """The codes whose offer takes no effect."""
    names = {offer.id: offer.name for offer in offers}
    idle = sorted((code, offer) for offer, code in buyer.codes.items() if offer in whys and offer in names)
    return [CodeUnused(code, f"{names[offer]}: {whys[offer]}") for code, offer in idle]


def _told(offers: Sequence[Offer], whys: Mapping[int, str]) -> tuple[NotApplied, ...]:
    ordered = sorted((offer for offer in offers if offer.id in whys), key=lambda each: each.id)
    return tuple(NotApplied(offer.id, offer.name, whys[offer.id]) for offer in ordered)


def _written(
    told: Sequence[tuple[Priced, PriceFrom]],
    taken: Sequence[_Taken],
    scene: Scene,
    not_applied: tuple[NotApplied, ...],
    codes_unused: tuple[CodeUnused, ...],
    *,
    is_bounded: bool,
) -> Quote:
    lines = tuple(_line(n, priced, price_from, taken) for n, (priced, price_from) in enumerate(told))
    subtotal, total = sum(line.gross for line in lines), sum(line.net for line in lines)
    return Quote(
        lines=lines,
        order_discounts=tuple(_order_discount(each, lines) for each in taken if each.candidate.is_of_order),
        subtotal=subtotal,
        discount=subtotal - total,
        total=total,
        applied=tuple(_applied(each, scene) for each in taken),
        not_applied=not_applied,
        codes_unused=codes_unused,
        is_bounded=is_bounded,
    )


def _line(place: int, priced: Priced, price_from: PriceFrom, taken: Sequence[_Taken]) -> QuotedLine:
    discounts = tuple(
        LineDiscount(each.candidate.offer.id, each.candidate.offer.name, each.offs[place], each.candidate.is_of_order)
        for each in taken
        if each.offs[place]
    )
    line = priced.line
    return QuotedLine(
        n=line.n,
        sku=line.sku,
        quantity_milli=line.quantity_milli,
        list_price_milli=line.list_price_milli,
        unit_price_milli=priced.unit_price_milli,
        price_from=price_from,
        gross=priced.gross,
        discounts=discounts,
        net=priced.gross - sum(each.amount for each in discounts),
    )


def _order_discount(taken: _Taken, lines: Sequence[QuotedLine]) -> OrderDiscount:
    offer = taken.candidate.offer
    shares = tuple((line.n, off) for line, off in zip(lines, taken.offs, strict=True) if off)
    return OrderDiscount(offer.id, offer.name, sum(taken.offs), shares)


def _applied(taken: _Taken, scene: Scene) -> Applied:
    offer, buyer = taken.candidate.offer, scene.buyer
    given = buyer.given.get(offer.id) if offer.terms.conditions.needs_grant else None
    return Applied(
        offer=offer.id,
        name=offer.name,
        saves=sum(taken.offs),
        because=causes(offer, scene),
        code=buyer.codes.get(offer.id, "") if offer.terms.conditions.needs_code else "",
        grant=given.grant if given else None,
    )
