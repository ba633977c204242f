"""Fields of a form by names that a template cannot write."""

from typing import Any

from django import template
from django.forms import Form

register = template.Library()


@register.filter
def part(form: Form, name: str) -> Any:
    """The field of that name, such as "from" or "gets-products"."""
    return form[name]
