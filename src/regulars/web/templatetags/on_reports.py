"""What the pages of the reports show: marked texts, and what is wrong in its place."""

from collections.abc import Mapping

from django import template
from django.utils.translation import gettext

register = template.Library()


@register.filter
def told(marked: str) -> str:
    """A marked text in the reader's language."""
    return gettext(marked) if marked else ""


@register.filter
def wrong(sentences: Mapping[str, str], place: str) -> str:
    """What is wrong with that word of the scope; empty for nothing."""
    return sentences.get(place, "")
