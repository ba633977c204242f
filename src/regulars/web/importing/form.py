"""The step at which an upload is mapped: which mapping one begins with, and what the form sent says."""

from collections.abc import Sequence
from typing import NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext as _

from regulars.exchange.fields import FIELDS
from regulars.exchange.guessing import FileHead, preset_guessed
from regulars.exchange.mapping import preset_text, presets_all
from regulars.exchange.uploads import UploadOptions, UploadShown, upload_get, upload_heads
from regulars.exchange.wording import (
    FieldChoice,
    Told,
    choices_of,
    head_named,
    mapping_drawn,
    mapping_proposed,
    mapping_told,
)
from regulars.sales.selectors import stores_all
from regulars.web.importing.fields import (
    choices_sent,
    file_fields,
    groups_of,
    left_out,
    rules_of,
    samples_of,
)
from regulars.web.requests import Request

# What one may begin with beside the presets: the mapping the upload has, and one by the names of the columns.
CURRENT, OWN = "", "own"


class Begun(NamedTuple):
    """What the form begins with: the mapping, its name, and how the file begins under it."""

    base: str
    told: Told
    head: FileHead


def mapping_form(request: Request, found: UploadShown, *, refusal: str = "") -> dict[str, object]:
    """The form: as it was sent where it was refused, else as the mapping that is asked for has it."""
    heads = upload_heads(found.id, visible_to=request.actor)
    sent = request.POST if request.method == "POST" else None
    begun = _begun(request.GET if sent is None else sent, found, heads)
    said = choices_sent(sent, has_header=begun.head.has_header, base=begun.told) if sent is not None else None
    choices = said.fields if said else choices_of(begun.told, begun.head)
    options = found.options if sent is None else options_sent(sent)
    file = {**begun.told, "file": {**begun.told.get("file", {}), **said.file}} if said else begun.told
    return {
        "upload": found,
        "base": begun.base,
        "name": said.name if said else begun.told.get("name", found.preset or begun.base),
        "presets": presets_all(),
        "recognised": next((name for head in heads if (name := preset_guessed(head))), ""),
        "sheets": [head.sheet for head in heads] if len(heads) > 1 else [],
        "head": begun.head,
        "groups": groups_of(choices, base=begun.told, head=begun.head),
        "left_out": left_out(choices, base=begun.told, head=begun.head),
        "file_fields": file_fields(file, settings={} if said else found.options.settings),
        "rules": rules_of({"rules": said.rules} if said else begun.told),
        "stores": [store.name for store in stores_all(visible_to=request.actor) if store.is_active],
        "options": options,
        "refusal": refusal,
        "is_first": found.state == "uploaded",
    }


def mapping_sent(request: Request, found: UploadShown) -> tuple[str, str, UploadOptions]:
    """The mapping's text, the preset it began with, and the options."""
    heads = upload_heads(found.id, visible_to=request.actor)
    begun = _begun(request.POST, found, heads)
    choices = choices_sent(request.POST, has_header=begun.head.has_header, base=begun.told)
    preset = begun.base if begun.base in presets_all() else found.preset if begun.base == CURRENT else ""
    return mapping_drawn(begun.told, choices), preset, options_sent(request.POST)


def options_sent(sent: QueryDict) -> UploadOptions:
    new_store = " ".join(sent.get("new_store", "").split())
    return UploadOptions(
        store=new_store or sent.get("store", ""), create_stores=bool(new_store or sent.get("create_stores"))
    )


def samples_shown(request: Request, upload_id: int) -> dict[str, object]:
    """The values that a field would get of what is chosen for it: the one field in the query."""
    found = upload_get(upload_id, visible_to=request.actor)
    begun = _begun(request.GET, found, upload_heads(upload_id, visible_to=request.actor))
    key = next((name for name in FIELDS if f"field.{name}" in request.GET), "sale_id")
    choice = FieldChoice(request.GET.get(f"field.{key}", ""), request.GET.get(f"fixed.{key}", ""))
    source = begun.told.get(FIELDS[key].section, {}).get(FIELDS[key].name)
    return {"samples": samples_of(choice, source, begun.head)}


def _begun(asked: QueryDict, found: UploadShown, heads: Sequence[FileHead]) -> Begun:
    base = asked.get("base", CURRENT)
    head = _head(heads, asked.get("file.sheet") or found.options.settings.get("sheet", ""))
    if base in presets_all():
        told = {"name": base, **mapping_told(preset_text(base), name=base)}
    elif base == OWN:
        told = mapping_proposed(head, name=found.files[0].name)
    else:
        base, told = CURRENT, mapping_told(found.mapping, name=_("upload"))
        told.setdefault("name", found.preset or "till")
    return Begun(base, told, head_named(head, told))


def _head(heads: Sequence[FileHead], sheet: str) -> FileHead:
    return next((head for head in heads if head.sheet == sheet), heads[0])
