from __future__ import annotations

from typing import Any

import pytest
from conftest import cases
from hypothesis import given
from hypothesis import strategies as st

from reviewkit import InputTypeError, InputValueError, analyze, clean_html, split_sentences
from reviewkit.sentences import sentence_at

PROSE = st.lists(
    st.sampled_from(
        ["The plot", "is thin", "Mr.", "U.S.", ".", "!", "?", "...", ")", '"', "8/10", "\n"]
    )
).map(" ".join)  # fmt: skip


@pytest.mark.parametrize("case", cases("sentences"))
def test_cases(case: dict[str, Any]) -> None:
    assert [s.text for s in split_sentences(case["text"])] == case["sentences"]


@pytest.mark.parametrize("case", cases("sentences-known-failures"))
def test_known_failures_still_fail(case: dict[str, Any]) -> None:
    found = [s.text for s in split_sentences(case["text"])]
    assert found != case["sentences"], "this works now: move the case to sentences.json"


@given(st.text() | PROSE)
def test_sentences_cover_every_visible_character_once_and_in_order(text: str) -> None:
    end = 0
    for sentence in split_sentences(text):
        assert text[end : sentence.start].strip() == ""
        assert text[sentence.start : sentence.end] == sentence.text == sentence.text.strip() != ""
        end = sentence.end
    assert text[end:].strip() == ""


@given(PROSE)
def test_splitting_has_no_memory(text: str) -> None:
    before = split_sentences(text)
    split_sentences("Mr. The U.S. etc. J. Lee.")
    assert split_sentences(text) == before


def test_sentences_of_clean_text_are_plain_strings() -> None:
    assert type(split_sentences(clean_html("<b>One.</b> Two."))[0].text) is str


def test_sentence_at_gives_the_sentence_of_an_offset() -> None:
    sentences = split_sentences("  One. Two.")
    assert [sentence_at(sentences, offset) for offset in (0, 2, 5, 6, 7, 11)] == [0, 0, 0, 0, 1, 1]
    assert sentence_at([], 3) == 0


def test_a_splitter_of_your_own() -> None:
    def halves(text: str) -> list[tuple[int, int]]:
        return [(0, 4), (4, 4), (4, len(text))]

    found = split_sentences(" one  two ", splitter=halves)
    assert [(s.text, s.start, s.end) for s in found] == [("one", 1, 4), ("two", 6, 9)]
    review = analyze("The plot. Then: the music.", splitter=lambda text: [(0, len(text))])
    assert [s.text for s in review.sentences] == ["The plot. Then: the music."]
    assert [m.sentence for m in review.opinions] == [0, 0]


@pytest.mark.parametrize(
    ("spans", "error", "message"),
    [
        ([(0, 3), (2, 5)], InputValueError, "gave 2:5 after 3 in a text of 5 characters"),
        ([(0, 9)], InputValueError, "in order, without overlap and inside the text"),
        ([(3, 1)], InputValueError, "gave 3:1"),
        (["ab"], InputTypeError, "pairs of whole numbers, gave 'ab'"),
        ([(0, 1, 2)], InputTypeError, "gave \\(0, 1, 2\\)"),
        ([(0.5, 2)], InputTypeError, "pairs of whole numbers"),
    ],
)
def test_a_splitter_that_errs_is_named(spans: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        split_sentences("a b c", splitter=lambda _text: spans)


def test_what_is_no_splitter_is_refused() -> None:
    with pytest.raises(InputTypeError, match="splitter must be a function"):
        split_sentences("a", splitter="punkt")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "." * 1_000_000, '"' * 1_000_000, "a" * 1_000_000, "([" * 300_000, "a." * 100_000,
        "Mr. " * 100_000, '."A' * 50_000, ":) " * 200_000, "e.g. " * 50_000, "a\n" * 100_000,
        'mr."A ' * 50_000, "." + "*" * 300_000 + "a", ("a" * 70 + "\n") * 10_000,
    ],
    ids=lambda text: repr(text[:6]),
)  # fmt: skip
def test_hostile_text_is_split(text: str) -> None:
    sentences = split_sentences(text)
    assert sum(len(s.text.split()) for s in sentences) >= len(text.split())


def test_what_is_no_text_is_named() -> None:
    with pytest.raises(InputTypeError, match="text must be a str, got bytes"):
        split_sentences(b"One.")  # type: ignore[arg-type]
