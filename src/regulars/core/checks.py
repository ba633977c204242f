"""Checks that every room needs of what people type."""

from regulars.core.errors import Invalid
from regulars.core.text import marked as _
from regulars.core.text import squeezed


class TextUnfit(Invalid):
    code = "core.text_unfit"
    message = _('"%(value)s" cannot be the %(field)s; write %(least)s to %(longest)s characters.')


def text_fit(text: str, *, field: str, longest: int, least: int = 0) -> str:
    """The text without stray blanks, if it is as long as the field allows. Raises TextUnfit."""
    clean = squeezed(text)
    if not least <= len(clean) <= longest or "\x00" in clean:
        raise TextUnfit(value=clean[:40], field=field, least=least, longest=longest)
    return clean
