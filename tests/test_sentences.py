from __future__ import annotations

from typing import Any

import pytest
from conftest import cases
from hypothesis import given
from hypothesis import strategies as st

from reviewkit import InputTypeError, clean_html, split_sentences
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


def test_what_is_no_text_is_named() -> None:
    with pytest.raises(InputTypeError, match="text must be a str, got bytes"):
        split_sentences(b"One.")  # type: ignore[arg-type]
