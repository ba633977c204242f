"""The first load is light: a till on a slow line shows a page at once."""

import re
from pathlib import Path

from django.contrib.staticfiles import finders

from tests import cast
from tests.web.visiting import signed_in

MOST_BYTES = 150_000


def _file(name: str) -> Path:
    return Path(str(finders.find(name)))


def _fetched(text: str) -> list[str]:
    """The addresses that a browser fetches with the page."""
    return re.findall(r'<(?:link|script|img)[^>]+(?:href|src)="/static/([^"?]+)', text)


def test_the_first_load_is_under_150_kb(people):
    cast.record(*(cast.sale(n) for n in range(1, 20)))
    client = signed_in("owner")
    for path in ("/", "/settings/people", "/audit"):
        page = client.get(path).content
        files = _fetched(page.decode())
        assert {"web/css/tokens.css", "web/js/app.js"} <= set(files)
        sizes = {name: _file(name).stat().st_size for name in files}
        assert len(page) + sum(sizes.values()) < MOST_BYTES, sizes


def test_the_style_is_under_800_lines():
    names = ("tokens", "base", "components")
    assert sum(len(_file(f"web/css/{name}.css").read_text().splitlines()) for name in names) < 800


def test_no_style_names_a_colour_outside_the_tokens():
    for name in ("base", "components"):
        text = _file(f"web/css/{name}.css").read_text()
        found = [line.strip() for line in text.splitlines() if re.search(r"#[0-9a-fA-F]{3,8}\b", line)]
        # Paper is white in every theme: what is scanned, and what is printed.
        assert all(".code-card" in line or "border-color: #bbbbbb" in line for line in found), found
