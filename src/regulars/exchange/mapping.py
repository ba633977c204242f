"""Mappings: which column of a file gives which field (docs/how-to/import-mapping.md).

A preset is a mapping that ships with the product.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

from regulars.core.text import marked as _
from regulars.core.text import nearest, squeezed
from regulars.exchange.conditions import Condition, condition_read, keys_of
from regulars.exchange.errors import FileAbsent, FileUnreadable, MappingUnreadable, MappingWrong, PresetUnknown
from regulars.exchange.fields import FIELDS, NEEDED_OF_CUSTOMER, NEEDED_OF_SALE, SECTIONS, are_of_customers
from regulars.exchange.reading.dates import date_format_named
from regulars.exchange.reading.options import FileOptions

_PRESETS = resources.files("regulars.exchange") / "presets"
_TEXT_OPTIONS = ("encoding", "delimiter", "sheet", "decimal", "thousands", "timezone", "currency")
_OPTIONS = (*_TEXT_OPTIONS, "header", "columns", "date_format", "columns_may_be_absent")
_RULES = ("returns", "skip", "prices_include_tax")
_SOURCE = ("column", "columns", "value", "words")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a field comes from: columns (joined by a blank) or one value for all; `words` translate what is found."""

    columns: tuple[str, ...] = ()
    value: str | None = None
    words: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SkipClass:
    """Rows that are left out and counted under a name."""

    name: str
    when: Condition


@dataclass(frozen=True, slots=True)
class FileMapping:
    """A mapping that was read and is whole. `sources` are by the key of the field (`FIELDS`)."""

    name: str
    file: FileOptions
    sources: Mapping[str, Source]
    returns: Condition | None = None
    skip: tuple[SkipClass, ...] = ()
    prices_include_tax: bool | None = None

    @property
    def headings(self) -> frozenset[str]:
        """Every column the mapping names."""
        return frozenset(column for source in self.sources.values() for column in source.columns)

    def fills(self, key: str) -> bool:
        """Whether the mapping gives the field; the number on a receipt is its id where nothing else is named."""
        return key in self.sources or (key == "sale_number" and "sale_id" in self.sources)


def presets_all() -> tuple[str, ...]:
    """The names of the presets, in order."""
    return tuple(
        sorted(entry.name.removesuffix(".toml") for entry in _PRESETS.iterdir() if entry.name.endswith(".toml"))
    )


def preset_named(name: str) -> FileMapping:
    """The mapping that ships under the name. Raises PresetUnknown."""
    return mapping_of(preset_text(name), name=name)


def preset_text(name: str) -> str:
    """The mapping that ships under the name, as it is written. Raises PresetUnknown."""
    known = presets_all()
    if name not in known:
        near = nearest(name, known)
        raise PresetUnknown(name=name, hint=f'; did you mean "{near}"?' if near else "", known=", ".join(known))
    return (_PRESETS / f"{name}.toml").read_text("utf-8")


def mapping_from(path: Path) -> FileMapping:
    """The mapping in a TOML file, named as the file.

    Raises FileAbsent, FileUnreadable, and what `mapping_of` raises.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise FileAbsent(path=path) from None
    except UnicodeDecodeError as error:
        raise FileUnreadable(file=path.name, reason=_("it is not UTF-8 (%s)") % error.reason) from None
    except OSError as error:
        raise FileUnreadable(file=path.name, reason=error.strerror or str(error)) from None
    return mapping_of(text, name=path.stem)


def mapping_of(text: str, *, name: str) -> FileMapping:
    """The mapping a TOML text says. Raises MappingUnreadable, MappingWrong, ConditionWrong."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingUnreadable(name=name, reason=error) from None
    return _Reader(str(told.pop("name", name))).mapping(told)


def mapping_with(mapping: FileMapping, settings: Mapping[str, str]) -> FileMapping:
    """The mapping with some [file] options set from outside, each given as text. Raises MappingWrong."""
    reader = _Reader(mapping.name)
    told = {key: _as_told(key, value) for key, value in settings.items()}
    reader.check_names(told, _OPTIONS, "[file]")
    return replace(mapping, file=reader.options(told, mapping.file))


def _as_told(key: str, value: str) -> object:
    if key == "columns":
        return [squeezed(name) for name in value.split(",")]
    if key in {"header", "columns_may_be_absent"}:
        return {"true": True, "yes": True, "false": False, "no": False}.get(value.lower(), value)
    return value


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the parts of one mapping and says where in it something is wrong."""

    name: str

    def wrong(self, place: str, reason: str) -> MappingWrong:
        return MappingWrong(place=place, name=self.name, reason=reason)

    def check_names(self, told: Mapping[str, object], known: tuple[str, ...], place: str) -> None:
        for name in told:
            if name not in known:
                near = nearest(name, known)
                hint = _('did you mean "%s"?') % near if near else _("it knows %s") % ", ".join(known)
                raise self.wrong(f'"{name}"', _("means nothing in %s; %s") % (place, hint))

    def mapping(self, told: Mapping[str, object]) -> FileMapping:
        self.check_names(told, ("file", *SECTIONS, "rules"), _("a mapping"))
        tables = {section: self._table(told, section) for section in ("file", *SECTIONS, "rules")}
        self.check_names(tables["file"], _OPTIONS, "[file]")
        sources = self._with_moment(
            {key: source for section in SECTIONS for key, source in self._sources(section, tables)}
        )
        mapping = FileMapping(self.name, self.options(tables["file"], FileOptions()), sources)
        self._check_whole(mapping)
        return self._with_rules(mapping, tables["rules"])

    def _table(self, told: Mapping[str, object], section: str) -> dict[str, object]:
        table = told.get(section, {})
        if not isinstance(table, dict):
            raise self.wrong(f"[{section}]", _('write it as a table: a line "[%s]" and its fields below') % section)
        return table

    def _sources(self, section: str, tables: Mapping[str, Mapping[str, object]]) -> Iterator[tuple[str, Source]]:
        self.check_names(tables[section], tuple(SECTIONS[section]), f"[{section}]")
        for field, told in tables[section].items():
            yield SECTIONS[section][field].key, self._source(told, f"[{section}] {field}")

    def _source(self, told: object, place: str) -> Source:
        match told:
            case str():
                return Source((told,))
            case list() if told and all(isinstance(column, str) for column in told):
                return Source(tuple(told))
            case dict():
                self.check_names(told, _SOURCE, place)
                return self._source_table(told, place)
            case _:
                raise self.wrong(
                    place, _('write the name of a column, a list of names, or a table such as {value = "1"}')
                )

    def _source_table(self, told: Mapping[str, object], place: str) -> Source:
        words = told.get("words", {})
        if not isinstance(words, dict) or not all(isinstance(word, str) for word in words.values()):
            raise self.wrong(place, _('write words as {"what the file says" = "what is meant"}'))
        columns = (
            self._source(told.get("columns", told.get("column", [])), place).columns if "value" not in told else ()
        )
        value = told.get("value")
        return Source(columns, None if value is None else str(value), tuple(words.items()))

    def options(self, told: Mapping[str, object], base: FileOptions) -> FileOptions:
        """The options with those told put in."""
        texts: dict[str, Any] = {key: self._option_text(told, key) for key in _TEXT_OPTIONS if key in told}
        options = replace(base, **texts)
        if "header" in told:
            options = replace(options, header=self._flag(told, "header", "[file]"))
        if "columns_may_be_absent" in told:
            options = replace(options, is_partial=self._flag(told, "columns_may_be_absent", "[file]"))
        if "columns" in told:
            options = replace(options, columns=self._source(told["columns"], "[file] columns").columns)
        if "date_format" in told:
            options = replace(options, date_format=date_format_named(self._option_text(told, "date_format")))
            if options.date_format is None:
                raise self.wrong("[file] date_format", _('write "DMY", "MDY", "YMD" or a pattern such as "%d.%m.%Y"'))
        self._check_options(options)
        return options

    def _option_text(self, told: Mapping[str, object], key: str) -> str:
        value = told[key]
        if not isinstance(value, str):
            raise self.wrong(f"[file] {key}", _("write it in quotes"))
        return value

    def _flag(self, told: Mapping[str, object], key: str, place: str) -> bool:
        value = told[key]
        if not isinstance(value, bool):
            raise self.wrong(f"{place} {key}", _("write true or false"))
        return value

    def _check_options(self, options: FileOptions) -> None:
        if options.decimal not in {None, ".", ","}:
            raise self.wrong("[file] decimal", _('write "." or ","'))
        if options.thousands not in {None, "", ".", ",", "'", "\u2019", " ", "\u00a0", "\u202f"}:
            raise self.wrong("[file] thousands", _('write ".", ",", "\'", " " or nothing'))
        if options.decimal and options.decimal == options.thousands:
            raise self.wrong("[file] thousands", _("the decimals have the same sign; one of the two must differ"))
        if options.delimiter is not None and (len(options.delimiter) != 1 or options.delimiter in '"\r\n'):
            raise self.wrong(
                "[file] delimiter", _('write one sign such as ";", "\\t" for a tab, " " for runs of blanks')
            )

    def _with_moment(self, sources: dict[str, Source]) -> dict[str, Source]:
        """A date and a time in columns of their own are one moment."""
        day, clock = sources.pop("sale_date", None), sources.pop("sale_time", None)
        if day is None and clock is None:
            return sources
        if day is None or "sale_sold_at" in sources:
            raise self.wrong("[sale]", _("give either sold_at, or date and perhaps time"))
        sources["sale_sold_at"] = Source((*day.columns, *(clock.columns if clock else ())), day.value)
        return sources

    def _check_whole(self, mapping: FileMapping) -> None:
        of_customers = are_of_customers(mapping.sources.keys())
        for group in NEEDED_OF_CUSTOMER if of_customers else NEEDED_OF_SALE:
            if not any(key in mapping.sources for key in group):
                names = _(" or ").join(f"[{FIELDS[key].section}] {FIELDS[key].name}" for key in group)
                reason = _("no sale can be recorded without it; name the column that gives it")
                other = _("no customer can be found without it; name the column that gives it")
                raise self.wrong(names, other if of_customers else reason)
        unnamed = sorted(mapping.headings - set(mapping.file.columns))
        if mapping.file.columns and unnamed:
            near = nearest(unnamed[0], mapping.file.columns)
            hint = _('; did you mean "%s"?') % near if near else ""
            raise self.wrong(f'"{unnamed[0]}"', _("is not among [file] columns") + hint)

    def _with_rules(self, mapping: FileMapping, rules: Mapping[str, object]) -> FileMapping:
        self.check_names(rules, _RULES, "[rules]")
        if "prices_include_tax" in rules:
            mapping = replace(mapping, prices_include_tax=self._flag(rules, "prices_include_tax", "[rules]"))
        returns = rules.get("returns")
        if returns is not None:
            mapping = replace(mapping, returns=self._condition(returns, mapping, "[rules] returns"))
        skip = rules.get("skip", [])
        if not isinstance(skip, list):
            raise self.wrong("[rules] skip", _('write a list, such as skip = ["quantity = 0"]'))
        return replace(mapping, skip=tuple(self._skip_class(told, mapping) for told in skip))

    def _skip_class(self, told: object, mapping: FileMapping) -> SkipClass:
        match told:
            case str():
                return SkipClass(told, self._condition(told, mapping, "[rules] skip"))
            case {"name": str(name), "when": str(when), **rest} if not rest:
                return SkipClass(name, self._condition(when, mapping, "[rules] skip"))
            case _:
                raise self.wrong(
                    "[rules] skip", _('write a rule in quotes, or {name = "what it is", when = "the rule"}')
                )

    def _condition(self, told: object, mapping: FileMapping, place: str) -> Condition:
        if not isinstance(told, str):
            raise self.wrong(place, _("write the rule in quotes"))
        condition = condition_read(told)
        asked = [key for key in keys_of(condition) if key not in {"customer_code", "customer_phone", "customer_email"}]
        for key in asked:
            if not mapping.fills(key):
                raise self.wrong(
                    place, _("«%s» asks for %s, which the mapping does not fill") % (told, FIELDS[key].name)
                )
        return condition
