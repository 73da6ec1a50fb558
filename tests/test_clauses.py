from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewkit.clauses import BREAKS, COMMA, Clauses, contrast_words
from reviewkit.tokens import tokenize


@pytest.mark.parametrize(
    ("text", "contrasts"),
    [
        ("good acting", "00"),
        ("good but long", "011"),
        ("good, long", "000"),
        ("good; long (very)", "01122" + "3"),
        ("despite the plot, I laughed", "1112" + "22"),
        ("in spite of it , fine", "111122"),
        ("fine even though long", "0111"),
        ("even so", "00"),
    ],
)
def test_contrasts(text: str, contrasts: str) -> None:
    found = Clauses(tokenize(text).words).contrasts
    assert "".join(map(str, found)) == contrasts


def test_commas_are_counted_apart() -> None:
    assert Clauses(["a", ",", "b", ",", "c"]).commas == [0, 1, 1, 2, 2]


def test_words_that_part_by_themselves() -> None:
    words = contrast_words()
    assert {"but", "although", ";", "("} <= words
    assert COMMA not in words
    assert not {"even", "in", "of"} & words


@given(st.lists(st.sampled_from(["a", "but", "in", "spite", "of", "even", "though", *BREAKS])))
def test_counts_never_fall(words: list[str]) -> None:
    clauses = Clauses(words)
    for counts in (clauses.contrasts, clauses.commas):
        assert len(counts) == len(words)
        assert counts == sorted(counts)
