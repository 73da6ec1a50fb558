"""From raw HTML to clean text that knows where it came from.

One compiled pattern finds everything in the input that is not plain text to be copied: tags,
comments, character references, white space to collapse. What lies between is copied run by run,
and for each run `CleanText` keeps the span of the input that it came from. The pattern is written
so that however many tags are begun and never ended, each character is read a few times at most:
time is linear on any input.

BeautifulSoup detects the encoding of bytes. It does not parse the markup: its text nodes do not
say where they came from, it decodes character references in other ways than browsers, and the
standard library's parser that it builds on takes quadratic time on ``<a <a <a`` (Python 3.11.7).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from html.entities import html5

from reviewkit.errors import InputTypeError
from reviewkit.types import CleanText

__all__ = ["clean_html"]

_SPACE, _LINE, _PARAGRAPH = 0, 1, 2  # what a gap between two visible characters becomes
_GAPS = (" ", "\n", "\n\n")

# Elements as in the WHATWG HTML standard, with the obsolete ones that still occur in pages.
_PARAGRAPHS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li "
    "listing main menu nav ol optgroup option p pre search section summary table tbody tfoot thead "
    "tr ul xmp".split()
)
_CELLS = frozenset({"td", "th"})
_HIDDEN = frozenset("datalist head iframe noembed noframes template title".split())
_VOID = frozenset(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source "
    "track wbr".split()
)
_INLINE = frozenset(
    "a abbr acronym applet audio b bdi bdo big blink button canvas cite code colgroup data del dfn "
    "em font i ins kbd label map mark marquee math meter nobr noscript object output picture "
    "plaintext progress q rb rp rt rtc ruby s samp script select slot small span strike strong "
    "style sub sup svg textarea time tt u var video".split()
)
_HTML_NAMES = _PARAGRAPHS | _CELLS | _HIDDEN | _VOID | _INLINE
_IN_HEAD = frozenset("base basefont bgsound link meta noscript script style template title".split())
# A start tag of an element on the right ends an open element on the left.
_ENDED_BY = {
    "p": _PARAGRAPHS - {"option", "optgroup", "body", "html", "tbody", "tfoot", "thead", "tr"},
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "tr": frozenset({"tr", "tbody", "tfoot", "thead"}),
    "td": frozenset({"td", "th", "tr", "tbody", "tfoot", "thead"}),
    "th": frozenset({"td", "th", "tr", "tbody", "tfoot", "thead"}),
    "option": frozenset({"option", "optgroup"}),
    "head": _HTML_NAMES - _IN_HEAD - {"head"},
}

_ZERO_WIDTH = "\u200b-\u200d\u2060\ufeff"
_WHITE = rf"[\s{_ZERO_WIDTH}]"
_JOINERS = "\u200c\u200d"  # inside a word or an emoji sequence they carry meaning
_LINE_BREAK = re.compile("\r\n|[\n\x0b\x0c\r\u2028\u2029]")

# An attribute's quoted value may hold anything; a quote anywhere else, or a `<`, ends the attempt
# to read a well-formed tag, and the tag ends at the next `>` before any `<`.
_ATTRIBUTES = r"""[^"'<>=]*(?:=(?:\s*(?:"[^"]*"|'[^']*'))?[^"'<>=]*)*"""
_NAME = r"[A-Za-z][^\s/<>]*"
_AFTER_LESS_THAN = rf"""
      (?P<br> [bB][rR]\ ?/?>\ ? (?:<[bB][rR]\ ?/?>\ ?)* )
    | (?P<raw> (?P<rawname>[sS][cC][rR][iI][pP][tT]|[sS][tT][yY][lL][eE])
               (?: (?=[\s/>]) (?:{_ATTRIBUTES}|[^<>]*)(?<!/)> )
               (?s: .*?</(?i:(?P=rawname))(?=[\s/>])[^<>]*> | .* ) )
    | (?P<tag> (?P<close>/?)(?P<name>{_NAME})
               (?P<attributes> (?=[\s/>]) (?:{_ATTRIBUTES}(?=>)|[^<>]*) )> )
    | (?P<comment> !--(?: -?> | (?s: .*?--!?> | .* ) ) | [!][dD][oO][cC][tT][yY][pP][eE][^<>]*>
               | [?][A-Za-z][^<>]*> )
"""
_AFTER_AMPERSAND = r"""
    (?P<ref> \#(?:[0-9]+|[xX][0-9A-Fa-f]+);? | [A-Za-z][A-Za-z0-9]{1,31};? )
"""
# Both begin with a set of characters that the regex engine can skip to, which makes them ten
# times as fast as the same alternatives without one. The second also finds odd white space.
_TOKEN = re.compile(f"<(?:{_AFTER_LESS_THAN})|&(?:{_AFTER_AMPERSAND})", re.VERBOSE)
_TOKEN_OR_SPACE = re.compile(
    rf"""[<&\s{_ZERO_WIDTH}](?:
        (?<=<)(?:{_AFTER_LESS_THAN})
      | (?<=&)(?:{_AFTER_AMPERSAND})
      | (?P<space> (?<=\ ){_WHITE}+ | (?<=[^\S\ ]|[{_ZERO_WIDTH}]){_WHITE}* )
    )""",
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(
    r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+)))?""", re.DOTALL
)
_ANY_NAME = re.compile(rf"<(/?)({_NAME})")

# What a <meta> means by these labels: the first are read as Windows-1252 and the second, which
# could not have been read so far, as UTF-8 (WHATWG Encoding and HTML standards). The third are
# codecs of Python's that no page is written in; some need quadratic time.
_LABELS = {
    **dict.fromkeys("ascii us-ascii iso-8859-1 iso8859-1 latin1 latin-1".split(), "windows-1252"),
    **dict.fromkeys("utf-16 utf-16le utf-16be utf-16-le utf-16-be utf-32".split(), "utf-8"),
    **dict.fromkeys("idna punycode raw-unicode-escape unicode-escape utf-7".split(), "utf-8"),
}

_LARGEST_REFERENCE = 8  # digits of a numeric reference that may matter: 0x10FFFF, 1114111


def clean_html(html: str | bytes, *, image_alt: bool = False) -> CleanText:
    r"""Turn raw HTML, or plain text, into clean text that knows where it came from.

    ``<br>`` becomes a line break, and block elements (paragraphs, list items, headings, table
    rows) stand apart by an empty line; other tags vanish without gluing or parting words.
    Comments, ``<script>``, ``<style>``, ``<head>`` and elements with the attribute ``hidden``
    vanish whole. White space collapses to one space, one line break or one empty line; a line
    break in the source stays one. Character references become what a browser shows.

    What is not markup stays: ``a < b``, ``AT&T``, ``<3``. So does a pseudo-tag such as
    ``<grin>``, word for word: a tag whose name is not HTML's, that does not both open and close
    in the input, and that has no ``name=value``.

    Args:
        html: a page, a fragment or plain text. Bytes are decoded as their byte order mark or
            their ``<meta>`` says, else as UTF-8, else as Windows-1252. A `CleanText` is clean
            already and is returned as it is.
        image_alt: put the ``alt`` text of an ``<img>`` that stands within a line of text.

    Returns:
        The clean text. No line of it starts or ends with a space.

    Raises:
        InputTypeError: if `html` is neither str nor bytes.

    Example:
        >>> text = clean_html("<p>The score is <i>great</i> &amp; loud.<br />I <3 it!")
        >>> text
        'The score is great & loud.\nI <3 it!'
        >>> text.source_span(0, 18)
        (3, 24)

    Source: tags and character references follow the WHATWG HTML standard, sections 13.2.5
    (tokenization) and 15.3 (rendering), save that text a browser would drop, such as all that
    follows an unclosed quote, is kept.
    """
    if isinstance(html, CleanText):
        return html
    if isinstance(html, (bytes, bytearray)):
        html = _decode(bytes(html))
    elif not isinstance(html, str):
        msg = (
            f"a review must be str or bytes, got {type(html).__name__}: {html!r:.60}; "
            "leave such rows out or pass an empty string for them"
        )
        raise InputTypeError(msg)
    return _Cleaner(html, image_alt=image_alt).run()


class _Cleaner:
    """One pass over one input."""

    def __init__(self, source: str, *, image_alt: bool) -> None:
        self.source = source
        self.image_alt = image_alt
        self.parts: list[str] = []
        self.runs: list[tuple[int, int, int]] = []  # as CleanText keeps them
        self.length = 0
        # The gap since the last visible character: its raw span, what it becomes, its <br>s.
        self.gap_start = self.gap_end = -1
        self.gap = _SPACE
        self.breaks = 0
        # What is put only if text follows: joiners if it follows at once, alt text if it does on
        # the line. With them, their spans, and the start and kind of the gap before alt text.
        self.joiners: tuple[str, int, int] | None = None
        self.image: tuple[str, int, int, int, int] | None = None
        # Open elements, and the place in that stack of the one that hides what is in it.
        self.stack: list[str] = []
        self.open: dict[str, int] = {}
        self.hider = -1
        self.paired: frozenset[str] | None = None

    def run(self) -> CleanText:
        source = self.source
        plain = source.isprintable() and "  " not in source
        read: dict[str, Callable[[str, int, int], None]]
        read = {"br": self.br, "ref": self.reference, "space": self.space}
        at = 0
        for match in (_TOKEN if plain else _TOKEN_OR_SPACE).finditer(source):
            kind = match.lastgroup or ""
            start, end = match.span()
            text = source[start:end]
            if kind == "ref":
                text, end = _reference(text, start)
            elif kind == "tag" and not self.is_markup(match):
                continue
            if not text:
                continue
            if at < start and self.hider < 0:
                self.copy(at, start)
            at = end
            if kind == "tag":
                self.tag(match)
            elif kind in read and self.hider < 0:
                read[kind](text, start, end)
        if at < len(source) and self.hider < 0:
            self.copy(at, len(source))
        text = "".join(self.parts)
        return CleanText(source) if text == source else CleanText(text, source, self.runs)

    def copy(self, start: int, end: int) -> None:
        """Copy plain text, whose only white space is single spaces."""
        source = self.source
        if source[start] == " ":
            self.widen(start, start + 1, _SPACE)
            start += 1
            if start == end:
                return
        trailing = source[end - 1] == " "
        if trailing:
            end -= 1
        self.emit(source[start:end], start, end)
        if trailing:
            self.widen(end, end + 1, _SPACE)

    def emit(self, text: str, start: int, end: int) -> None:
        """Add visible text, after whatever waits before it."""
        if self.image is not None:
            alt, image_start, image_end, gap_start, gap = self.image
            self.image = None
            after = (self.gap_start, self.gap_end)
            self.gap_start, self.gap_end, self.gap = gap_start, image_start, gap
            self.emit(alt, image_start, image_end)
            self.gap_start, self.gap_end = after
        elif self.joiners is not None:
            joiners, self.joiners = self.joiners, None
            self.emit(*joiners)
        if self.gap_start >= 0:
            if self.length:
                self.parts.append(_GAPS[self.gap])
                self.runs.append((self.length, self.gap_start, self.gap_end))
                self.length += 2 if self.gap == _PARAGRAPH else 1
            self.gap_start = -1
            self.gap = _SPACE
            self.breaks = 0
        self.parts.append(text)
        self.runs.append((self.length, start, end))
        self.length += len(text)

    def widen(self, start: int, end: int, gap: int) -> None:
        """Add white space or a break to the gap before the next visible character."""
        self.joiners = None
        if self.image is not None and gap != _SPACE:
            *_, self.gap_start, image_gap = self.image
            gap = max(gap, image_gap)
            self.image = None
        if self.gap_start < 0:
            self.gap_start = start
        self.gap_end = end
        self.gap = max(self.gap, gap)

    def br(self, text: str, start: int, end: int) -> None:
        self.breaks += text.count("<")
        self.widen(start, end, min(self.breaks, _PARAGRAPH))

    def space(self, text: str, start: int, end: int) -> None:
        breaks = len(_LINE_BREAK.findall(text))
        if breaks or any(char.isspace() for char in text):
            self.widen(start, end, min(breaks, _PARAGRAPH))
        elif not text.strip(_JOINERS) and self.length and self.gap_start < 0:
            self.joiners = (text, start, end)

    def reference(self, decoded: str, start: int, end: int) -> None:
        if decoded.isspace():
            self.space(decoded, start, end)
        else:
            self.emit(decoded, start, end)

    def is_markup(self, match: re.Match[str]) -> bool:
        """Tell a tag from a pseudo-tag such as ``<grin>``."""
        name = match["name"].lower()
        if name in _HTML_NAMES:
            return True
        if self.paired is None:
            names: tuple[set[str], set[str]] = (set(), set())
            for slash, found in _ANY_NAME.findall(self.source):
                names[bool(slash)].add(found.lower())
            self.paired = frozenset(names[0] & names[1])
        return name in self.paired or "=" in match["attributes"]

    def tag(self, match: re.Match[str]) -> None:
        name = match["name"].lower()
        start, end = match.span()
        shown = self.end_tag(name) if match["close"] else self.start_tag(name, match["attributes"])
        if not shown:
            return  # what is not shown does not break a line either
        if name in _PARAGRAPHS:
            self.widen(start, end, _PARAGRAPH)
        elif name == "br":
            self.br("<", start, end)
        elif name in _CELLS:
            self.widen(start, end, _SPACE)
        elif name == "img" and self.image_alt and not match["close"]:
            self.add_image(match["attributes"], start, end)

    def start_tag(self, name: str, attributes: str) -> bool:
        """Open an element; tell whether it is shown."""
        while self.stack and name in _ENDED_BY.get(self.stack[-1], ()):
            self.end_tag(self.stack[-1])
        hidden = name in _HIDDEN or (
            "hidden" in attributes.lower() and "hidden" in _attributes(attributes)
        )
        if name not in _VOID and not attributes.endswith("/"):
            self.stack.append(name)
            self.open[name] = self.open.get(name, 0) + 1
            if hidden and self.hider < 0:
                self.hider = len(self.stack) - 1
        return not hidden and self.hider < 0

    def end_tag(self, name: str) -> bool:
        """Close the innermost open element of that name and all in it; tell whether it was shown.

        Each element is popped once, so time stays linear.
        """
        hider = self.hider
        if not self.open.get(name):
            return hider < 0
        popped = ""
        while popped != name:
            popped = self.stack.pop()
            self.open[popped] -= 1
        if len(self.stack) <= hider:
            self.hider = -1
        return hider < 0 or len(self.stack) < hider

    def add_image(self, attributes: str, start: int, end: int) -> None:
        """Add alt text where text precedes on the line; else keep it until text follows."""
        alt = " ".join(unescape(_attributes(attributes).get("alt", "")).split())
        if not alt or self.image is not None:
            return
        if self.length and self.gap == _SPACE:
            self.emit(alt, start, end)
        else:
            self.image = (alt, start, end, self.gap_start, self.gap)
            self.gap_start = -1


def _attributes(text: str) -> dict[str, str]:
    """Return a tag's attributes by lower-case name; the first of a name counts."""
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(text):
        found.setdefault(name.lower(), double or single or bare)
    return found


def _reference(text: str, start: int) -> tuple[str, int]:
    """Decode the character reference `text` at `start`; return its end too; "" if it is none."""
    body = text[1:]
    if body[0] == "#":
        return (_numeric(body), start + len(text))
    for size in (len(body), *range(len(body) - 1, 1, -1)):
        if body[:size] in html5:
            return (html5[body[:size]], start + 1 + size)
    return ("", start)


def _numeric(body: str) -> str:
    """Decode ``#65`` or ``#x41`` with or without the semicolon."""
    digits, base = body[1:].rstrip(";"), 10
    if digits[0] in "xX":
        digits, base = digits[1:], 16
    digits = digits.lstrip("0")
    if len(digits) > _LARGEST_REFERENCE:
        return "\ufffd"
    code = int(digits or "0", base)
    # The standard library maps what the standard maps, and gives "" for control characters and
    # noncharacters, which browsers keep.
    return unescape(f"&#{code};") or chr(code)


def _decode(data: bytes) -> str:
    """Decode as the byte order mark or the <meta> says, else UTF-8, else Windows-1252."""
    from bs4.dammit import EncodingDetector, UnicodeDammit  # noqa: PLC0415 - loaded when needed

    data, encoding = EncodingDetector.strip_byte_order_mark(data)
    if not data:
        return ""
    if encoding is None:
        declared = EncodingDetector.find_declared_encoding(data, is_html=True) or "utf-8"
        encoding = _LABELS.get(declared.lower().replace("_", "-"), declared)
    candidates = [encoding, "utf-8", "windows-1252", "latin-1"]
    return UnicodeDammit(data, known_definite_encodings=candidates).unicode_markup or ""
