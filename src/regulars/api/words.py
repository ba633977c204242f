"""Faults as they are told: with their place, without anybody's name, phone or e-mail.

Whoever sent the value knows it; the answer is kept for good, and passes through logs and proxies.
"""

import re
from collections.abc import Mapping

from django.utils.translation import gettext
from pydantic import BaseModel

from regulars.checkout.asking import BasketIn, BasketLineIn, ExchangeIn, FinaliseIn, PayIn
from regulars.checkout.payload import LineIn, OfferIn, PaymentIn, SaleIn
from regulars.core.errors import Fault

_PARTS = re.compile(r"[^.\[\]]+")
_QUOTED = re.compile(r'".*"', re.DOTALL)
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,40}|[0-9]{1,6}")
_FREE_TEXT = {"customer", "note", "reference"}
_SHAPES: tuple[type[BaseModel], ...] = (
    SaleIn, LineIn, PaymentIn, OfferIn, BasketIn, BasketLineIn, FinaliseIn, PayIn, ExchangeIn,
)  # fmt: skip
# Fields whose values name nobody.
_OPEN = {field.alias or name for shape in _SHAPES for name, field in shape.model_fields.items()} - _FREE_TEXT


def fault_told(fault: Fault) -> Mapping[str, str]:
    """The fault for an answer: `place` and `message`."""
    return {"place": place_told(fault.place), "message": sentence_told(fault)}


def sentence_told(fault: Fault) -> str:
    """What is wrong; quoted values are left out where they might name somebody."""
    sentence = gettext(fault.message)
    return sentence if _names_nobody(fault.place) else _QUOTED.sub('"…"', sentence)


def _names_nobody(place: str) -> bool:
    parts = [part for part in _PARTS.findall(place) if not part.isdecimal()]
    return bool(parts) and "customer" not in parts[:2] and parts[-1] in _OPEN


def place_told(place: str) -> str:
    """The place, without keys that are no field's name: somebody may have put a value there."""
    return _PARTS.sub(lambda part: part[0] if _PLAIN.fullmatch(part[0]) else "…", place)
