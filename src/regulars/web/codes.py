"""A customer's code as pictures that a scanner reads: drawn as paths, without style, so that our policy holds."""

import barcode  # type: ignore[import-untyped]
import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from regulars.customers.rules import ean13_check_digit

_QUIET = 10


def qr_drawn(code: str) -> SafeString:
    """The code as QR."""
    # The drawing holds squares only; the text is nowhere in it.
    return mark_safe(segno.make(code, error="m", micro=False).svg_inline(omitsize=True, border=2, svgclass=None))  # noqa: S308


def barcode_drawn(code: str) -> SafeString:
    """The code as EAN-13 where it is one, else as Code 128."""
    kind = "ean13" if _is_ean13(code) else "code128"
    bars = barcode.get_barcode_class(kind)(code).build()[0]
    width = len(bars) + 2 * _QUIET
    path = "".join(f"M{place + _QUIET} 0h1v40h-1z" for place, bar in enumerate(bars) if bar != "0")
    return format_html('<svg viewBox="0 0 {} 40" preserveAspectRatio="none"><path d="{}"/></svg>', width, path)


def _is_ean13(code: str) -> bool:
    return len(code) == 13 and code.isascii() and code.isdecimal() and ean13_check_digit(code[:12]) == code[12]
