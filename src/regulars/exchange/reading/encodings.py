"""How a text file is encoded: its mark, else UTF-8, else another encoding only where no doubt is left."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import charset_normalizer

from regulars.core.text import marked as _
from regulars.exchange.errors import FileEmpty, MappingWrong, NotInEncoding, NotUtf8, ZeroByte
from regulars.exchange.reading.kinds import blocks, opened

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# How much text is enough to tell encodings apart.
_SAMPLE = 1 << 16
# How much less disorder charset-normalizer must see in one reading than in another to tell them apart.
_CLEANER = 0.1


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file that decodes from end to end: its encoding, its number of lines, and how it begins."""

    path: Path
    encoding: str
    lines: int
    start: str
    has_bare_returns: bool

    def utf8_blocks(self) -> Iterator[bytes]:
        """The file as UTF-8 without a mark; every line ends in a line feed."""
        decoder = codecs.getincrementaldecoder(self.encoding)()
        is_as_it_is = self.encoding == "utf-8" and not self.has_bare_returns
        with opened(self.path) as file:
            for block in blocks(file, name=self.path.name):
                yield block if is_as_it_is else self._recoded(decoder.decode(block))
            yield b"" if is_as_it_is else self._recoded(decoder.decode(b"", final=True))

    def _recoded(self, text: str) -> bytes:
        return (text.replace("\r", "\n") if self.has_bare_returns else text).encode()


class _Broken(Exception):
    """The bytes are not in the encoding tried; where, and whether they were in it up to there."""

    def __init__(self, *, line: int, byte: int, value: int, near: bytes, is_proven: bool) -> None:
        super().__init__(line)
        self.line, self.byte, self.value, self.near, self.is_proven = line, byte, value, near, is_proven


def text_file(path: Path, *, encoding: str | None) -> TextFile:
    """The file, decoded once from end to end. `encoding` is the one a mapping names, None to find it.

    Raises FileEmpty, NotUtf8, NotInEncoding, ZeroByte, FileTruncated, FileDamaged; MappingWrong for an unknown one.
    """
    named = encoding or _marked(path)
    try:
        return _decoded(path, _known(named or "utf-8"))
    except _Broken as broken:
        if named:
            raise NotInEncoding(file=path.name, encoding=named, **_place(broken)) from None
        return _guessed(path, broken)


def _known(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
        codecs.getincrementaldecoder(name)
    except LookupError:
        reason = _('"%s" is no encoding; write one such as "utf-8", "cp1252" or "utf-16"') % encoding
        raise MappingWrong(place="encoding", name="[file]", reason=reason) from None
    return name


def _marked(path: Path) -> str | None:
    """The encoding that the mark at the beginning names."""
    with opened(path) as file:
        head = next(blocks(file, name=path.name), b"")[:4]
    return next((name for mark, name in _MARKS if head.startswith(mark)), None)


def _guessed(path: Path, broken: _Broken) -> TextFile:
    """The file in the only encoding it can be in. Raises NotUtf8 where it is broken UTF-8 or there are several."""
    guess = None if broken.is_proven else charset_normalizer.from_bytes(broken.near).best()
    if guess is None or not _is_certain(broken.near):
        likely = _(", as in %s") % guess.encoding if guess and guess.coherence else ""
        raise NotUtf8(file=path.name, guess=likely, **_place(broken))
    try:
        return _decoded(path, _known(guess.encoding))
    except _Broken:
        raise NotUtf8(file=path.name, guess="", **_place(broken)) from None


def _is_certain(sample: bytes) -> bool:
    """Whether one reading of the bytes is a language, and no other reading is half as much of one and as clean."""
    matches = list(charset_normalizer.from_bytes(sample))
    best = matches[0]
    others = [match for match in matches[1:] if str(match) != str(best) and match.chaos < best.chaos + _CLEANER]
    return best.coherence > 0 and all(other.coherence < best.coherence / 2 for other in others)


def _place(broken: _Broken) -> dict[str, object]:
    return {"line": broken.line, "byte": broken.byte, "value": f"0x{broken.value:02X}"}


def _decoded(path: Path, encoding: str) -> TextFile:
    decoder = codecs.getincrementaldecoder(encoding)()
    feeds = returns = 0
    is_proven = False
    start, last, rest = "", "", b""
    with opened(path) as file:
        for block in blocks(file, name=path.name):
            try:
                text = decoder.decode(block)
            except UnicodeDecodeError as error:
                raise _broken(error, feeds=feeds, is_proven=is_proven, line_start=rest) from None
            if "\x00" in text:
                raise ZeroByte(file=path.name, line=feeds + text[: text.index("\x00")].count("\n") + 1)
            feeds, returns = feeds + text.count("\n"), returns + text.count("\r")
            is_proven = is_proven or not text.isascii()
            rest = _unended(rest, block)
            start = start if len(start) >= _SAMPLE else start + text[:_SAMPLE]
            last = text[-1:] or last
    _decoded_end(decoder, feeds=feeds, is_proven=is_proven, rest=rest)
    if not start.strip():
        raise FileEmpty(file=path.name)
    has_bare_returns = returns > 0 and feeds == 0
    lines = (returns if has_bare_returns else feeds) + (last not in "\r\n")
    return TextFile(path, encoding, lines, start.replace("\r", "\n") if has_bare_returns else start, has_bare_returns)


def _decoded_end(decoder: codecs.IncrementalDecoder, *, feeds: int, is_proven: bool, rest: bytes) -> None:
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _broken(error, feeds=feeds, is_proven=is_proven, line_start=rest[: -len(error.object)]) from None


def _unended(rest: bytes, block: bytes) -> bytes:
    """The bytes of the line that the block leaves unended."""
    cut = block.rfind(b"\n")
    return (rest + block if cut < 0 else block[cut + 1 :])[-_SAMPLE:]


def _broken(error: UnicodeDecodeError, *, feeds: int, is_proven: bool, line_start: bytes) -> _Broken:
    before = error.object[: error.start]
    line = feeds + before.count(b"\n") + 1
    begin = before.rfind(b"\n") + 1
    carried = 0 if begin else len(line_start)
    text = before.decode(error.encoding, errors="ignore")
    return _Broken(
        line=line,
        byte=carried + error.start - begin + 1,
        value=error.object[error.start],
        near=error.object[max(0, error.start - _SAMPLE // 2) : error.start + _SAMPLE],
        is_proven=is_proven or not text.isascii(),
    )
