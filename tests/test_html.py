from __future__ import annotations

import copy
import gzip
import json
import pickle
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import cases
from hypothesis import assume, given
from hypothesis import strategies as st

from reviewkit import CleanText, InputTypeError, InputValueError, clean_html

WORDS = st.text(st.sampled_from("abz. ,!'’é日#5\u00a0\t\u200b\u200d\r\U0001f600"), max_size=12)
REFERENCES = st.sampled_from(["&eacute;", "&#8217;", "&nbsp;", "&#x41", "&quot;", "&copy"])
NO_TEXT = st.sampled_from(
    [
        "<br>", "<br />", "<br/><br/>", "<hr>", "<wbr>", "<!-- a <b> -->", "<img src='a>b' alt=c>",
        "<script>1 < 2 && '</p>'</script>", "<style>p{}</style>", "<p hidden>x<i>y</i></p>",
        "<div hidden><p>x</div>", "\n", "\n\n", "  ", "<template>x</template>",
    ]
)  # fmt: skip
PSEUDO = st.sampled_from(["<grin>", "</rant>", "<3", "a < b", "<b-movie>", "AT&T", "&c.", "&"])
TAGS = st.sampled_from(
    ["b", "i", "span class='x y'", "p", "div", "ul", "li", "h1", "td", "q", "em"]
)


def nested(leaves: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def wrap(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        inside = st.lists(children, max_size=4).map("".join)
        return st.builds(lambda t, x: f"<{t}>{x}</{t.split()[0]}>", TAGS, inside)

    return st.lists(st.recursive(leaves, wrap, max_leaves=12), max_size=6).map("".join)


MARKUP = nested(WORDS | REFERENCES | NO_TEXT | PSEUDO)
# Markup whose clean text holds neither < nor &, so that it is no markup when cleaned again.
SAFE_MARKUP = nested(WORDS | st.sampled_from(["&eacute;", "&nbsp;", "&copy"]) | NO_TEXT)


@pytest.mark.parametrize("case", cases("html"))
def test_cases(case: dict[str, str]) -> None:
    assert clean_html(case["html"]) == case["text"]


@given(st.text() | MARKUP)
def test_offsets_are_monotone_and_inside_the_source(html: str) -> None:
    text = clean_html(html)
    spans = [text.source_span(i, i + 1) for i in range(len(text))]
    assert spans == sorted(spans)
    assert [end for _, end in spans] == sorted(end for _, end in spans)
    assert all(0 <= start < end <= len(html) for start, end in spans)
    places = [text.source_span(i, i) for i in range(len(text) + 1)]
    assert places == sorted(places)
    assert all(start == end for start, end in places)


@given(st.text() | MARKUP)
def test_layout(html: str) -> None:
    text = clean_html(html)
    assert "\n\n\n" not in text
    assert text == text.strip()
    for line in text.split("\n"):
        assert line == line.strip()


@given(MARKUP, st.data())
def test_cleaning_the_raw_span_gives_the_clean_span(html: str, data: st.DataObject) -> None:
    text = clean_html(html)
    assume(text)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    span = text[start:end]
    # White space at a span's ends is cleaned away, and so are joiners that join nothing there.
    assume(span == span.strip().strip("\u200c\u200d"))
    raw_start, raw_end = text.source_span(start, end)
    assert clean_html(html[raw_start:raw_end]) == span


@given(st.text(st.characters(exclude_characters="<&")))
def test_every_character_of_plain_text_maps_to_itself(plain: str) -> None:
    text = clean_html(plain)
    for i, char in enumerate(text):
        start, end = text.source_span(i, i + 1)
        if char in " \n":
            assert char in plain[start:end] or plain[start:end].isspace() or end - start > 1
        else:
            assert plain[start:end] == char
    visible = re.compile(r"[^\s\u200b-\u200d\u2060\ufeff]")
    assert visible.findall(text) == visible.findall(plain)


@given(SAFE_MARKUP)
def test_cleaning_clean_text_changes_nothing(html: str) -> None:
    text = clean_html(html)
    again = clean_html(str(text))
    assert again == text
    assert again.source_span(0, len(again)) == (0, len(again))


@given(st.text() | MARKUP)
def test_clean_text_is_returned_as_it_is(html: str) -> None:
    text = clean_html(html)
    assert clean_html(text) is text


@given(MARKUP | st.text(st.sampled_from("ab <>&;brp/ ")))
def test_the_pattern_for_plain_spacing_equals_the_general_one(html: str) -> None:
    # Two spaces, which only the general pattern collapses, in front.
    text, shifted = clean_html(html), clean_html("  " + html)
    assert text == shifted
    spans = [text.source_span(i, i + 1) for i in range(len(text))]
    assert [shifted.source_span(i, i + 1) for i in range(len(text))] == [
        (start + 2, end + 2) for start, end in spans
    ]


@given(nested(WORDS | st.sampled_from(["<br />", "<br>", "<br/><br />", "&amp;"])))
def test_the_short_way_for_line_breaks_equals_the_general_one(html: str) -> None:
    general = html.replace("<br", "<br class=x ")
    assert clean_html(html) == clean_html(general)


@given(nested(WORDS | REFERENCES | st.sampled_from(["<br>", "<!-- x -->", "<wbr>"])))
def test_the_words_are_those_that_beautifulsoup_finds(html: str) -> None:
    def letters(text: str) -> str:
        return re.sub(r"[\s\u200b-\u200d\u2060\ufeff]", "", text)

    assume("&#x41" not in html.replace("&#x41 ", ""))  # which differ without a semicolon
    assume("&copy" not in html)
    assert letters(clean_html(html)) == letters(BeautifulSoup(html, "html.parser").get_text())


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + "x" + "</div>" * 100_000,
        "<div hidden>" * 100_000 + "</p>" * 100_000,
        "<" * 1_000_000,
        "&" * 1_000_000,
        "<a " * 300_000,
        "<a \"='" * 200_000,
        "<a = " * 200_000,
        "<a ='\" \"='" * 100_000,
        "<!--" * 200_000,
        "<script" * 200_000,
        "<script>" + "</script" * 200_000,
        "<p><b><i><table><tr><td>" * 20_000,
        "<x>" * 300_000,
        "&#" + "9" * 1_000_000,
        "\0" * 1_000_000,
        "\ud800" * 1_000_000,
        " \t\u200b" * 300_000,
        "\u200d" * 1_000_000,
        "a" * 1_000_000,
    ],
    ids=lambda html: repr(html[:12]),
)
def test_hostile_input_neither_crashes_nor_recurses(html: str) -> None:
    text = clean_html(html)
    assert len(text) <= len(html)
    assert text.source_span(0, len(text))[1] <= len(html)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a <img alt='smile'> b", "a smile b"),
        ("a <img alt='&lt;3'>", "a <3"),
        ("<img alt='smile'> b", "smile b"),
        ("a<br><img alt='poster'><br>b", "a\n\nb"),
        ("<p><img alt='poster'></p><p>b</p>", "b"),
        ("a <img alt='one'><img alt='two'>", "a onetwo"),
        ("<img alt='one'><img alt='two'> b", "one b"),
        ("a <img hidden alt='no'> b", "a b"),
        ("a <img alt='  '> <img> b", "a b"),
    ],
)
def test_image_alt_is_put_within_a_line_of_text(html: str, text: str) -> None:
    assert clean_html(html, image_alt=True) == text


def test_image_alt_comes_from_its_tag() -> None:
    text = clean_html("a <img alt='smile'> b", image_alt=True)
    assert text.source_span(2, 7) == (2, 19)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"plain", "plain"),
        ("café".encode(), "café"),
        ("café".encode("utf-8-sig"), "café"),
        ("café".encode("utf-16"), "café"),
        ("caf\xe9 \x93hi\x94".encode("latin-1"), "café “hi”"),
        ("<meta charset=iso-8859-1>caf\xe9 \x93hi\x94".encode("latin-1"), "café “hi”"),
        ("<meta charset='shift_jis'>映画".encode("shift_jis"), "映画"),
        ("<meta charset='koi8-r'>фильм".encode("koi8-r"), "фильм"),
        ("<?xml version='1.0' encoding='iso-8859-15'?>5 €".encode("iso-8859-15"), "5 €"),
        ("<meta charset=utf-16>café".encode(), "café"),
        ("<meta charset=punycode>café".encode(), "café"),
        ("<meta charset=no-such-thing>café".encode(), "café"),
        (b"\x81 never defined", "\x81 never defined"),
        (bytearray(b"plain"), "plain"),
    ],
)
def test_bytes(data: bytes, text: str) -> None:
    assert clean_html(data) == text


def test_offsets_of_bytes_count_decoded_characters() -> None:
    text = clean_html("é<b>à</b>".encode())
    assert text.source == "é<b>à</b>"
    assert text.source_span(1, 2) == (4, 5)


@pytest.mark.parametrize("value", [None, 1.5, float("nan"), ["a"], 7])
def test_what_is_no_text_is_named(value: object) -> None:
    with pytest.raises(InputTypeError, match=f"got {type(value).__name__}"):
        clean_html(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("span", [(-1, 2), (2, 1), (0, 99)])
def test_spans_outside_the_text_are_refused(span: tuple[int, int]) -> None:
    with pytest.raises(InputValueError, match="not inside the text"):
        clean_html("a <b>b</b>").source_span(*span)


def test_offsets_must_be_integers() -> None:
    with pytest.raises(InputTypeError, match="start must be an int, got float"):
        clean_html("abc").source_span(1.0, 2)  # type: ignore[arg-type]


def test_empty_spans() -> None:
    text = clean_html("<b>one</b> two")
    assert [text.source_span(i, i) for i in (0, 3, 4, 7)] == [(3, 3), (10, 10), (11, 11), (14, 14)]
    assert clean_html("<p></p>").source_span(0, 0) == (0, 0)


def test_clean_text_is_a_string_and_keeps_its_offsets() -> None:
    text = clean_html("a&amp;b <b>c</b>")
    assert isinstance(text, str)
    assert {text: 1}["a&b c"] == 1
    assert type(text.upper()) is str
    for copied in (pickle.loads(pickle.dumps(text)), copy.deepcopy(text)):  # noqa: S301
        assert copied == text
        assert isinstance(copied, CleanText)
        assert copied.source_span(4, 5) == text.source_span(4, 5) == (11, 12)


def test_character_references_are_decoded_as_browsers_do(shared: Path) -> None:
    passed = 0
    for file in sorted((shared / "data" / "html5lib_tokenizer").glob("*.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as stream:
            suite = json.load(stream)["tests"]
        for case in suite:
            tokens, source = case["output"], case["input"]
            if (
                case.get("doubleEscaped")
                or case.get("initialStates", ["Data state"]) != ["Data state"]
                or "<" in source
                or any(token[0] != "Character" for token in tokens)
            ):
                continue
            want = "".join(token[1] for token in tokens)
            odd = r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef]"
            if want.strip() and not re.search(odd, want + source):
                got = clean_html(f"x {source} y")
                assert got.split() == f"x {want} y".split()
                passed += 1
    assert passed == 4822
