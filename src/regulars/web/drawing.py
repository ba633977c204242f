"""Fields of a form drawn as Django draws them, without a template each: a filter has sixteen, and that was a third of
the page's time."""

from collections.abc import Mapping
from html import escape
from typing import Any

from django import forms
from django.forms.utils import ErrorList
from django.utils.safestring import SafeString, mark_safe


def _attributes(told: Mapping[str, Any]) -> str:
    """As django/forms/widgets/attrs.html: False is left out, True stands without a value."""
    return "".join(
        f" {name}" if value is True else f' {name}="{escape(str(value))}"'
        for name, value in told.items()
        if value is not False
    )


class _Input(forms.widgets.Input):
    """As django/forms/widgets/input.html."""

    def _render(self, _template: str, context: dict[str, Any], _renderer: Any = None) -> SafeString:
        told = context["widget"]
        value = "" if told["value"] is None else f' value="{escape(str(told["value"]))}"'
        drawn = f'<input type="{told["type"]}" name="{escape(told["name"])}"{value}{_attributes(told["attrs"])}>'
        return mark_safe(drawn)  # noqa: S308  (all values are escaped)


class TextDrawn(_Input, forms.TextInput):
    pass


class NumberDrawn(_Input, forms.NumberInput):
    pass


class DateDrawn(_Input, forms.DateInput):
    pass


class TickDrawn(_Input, forms.CheckboxInput):
    pass


class ChoiceDrawn(forms.Select):
    """As django/forms/widgets/select.html, for choices without groups."""

    def _render(self, _template: str, context: dict[str, Any], _renderer: Any = None) -> SafeString:
        told = context["widget"]
        options = "".join(
            f'\n  <option value="{escape(str(each["value"]))}"{_attributes(each["attrs"])}>'
            f"{escape(str(each['label']))}</option>\n"
            for _group, choices, _place in told["optgroups"]
            for each in choices
        )
        drawn = f'<select name="{escape(told["name"])}"{_attributes(told["attrs"])}>{options}\n</select>'
        return mark_safe(drawn)  # noqa: S308  (all values are escaped)


class QuietErrors(ErrorList):
    """What is wrong with a field; nothing is drawn where nothing is."""

    def render(self, *told: Any, **more: Any) -> SafeString:
        return super().render(*told, **more) if self else SafeString()

    __str__ = render
    __html__ = render
