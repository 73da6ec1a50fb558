from __future__ import annotations

import sys

import pytest
from conftest import REVIEWS, check_evidence, judged
from hypothesis import given
from hypothesis import strategies as st

from reviewkit import (
    MissingExtraError,
    ReviewkitError,
    Scorer,
    TextBlobScorer,
    VaderScorer,
    lexicon,
    score_text,
)

SCORERS = [TextBlobScorer(), VaderScorer()]
TEXTBLOB = TextBlobScorer()


@pytest.mark.parametrize("scorer", SCORERS, ids=repr)
@given(REVIEWS | st.text())
def test_scores_and_evidence_are_sound(scorer: Scorer, text: str) -> None:
    check_evidence(text, scorer)


@pytest.mark.parametrize("scorer", SCORERS, ids=repr)
@pytest.mark.parametrize(
    "text",
    [
        "The [acting] was superb and the plot was dull.",
        "The [plot] is dull.",
        "I loved the [music], which is beautiful.",
        "The [pacing] is slow and the script is a mess.",
        "The [acting] is not good.",
        "The [story] isn't very interesting.",
    ],
)
def test_without_its_first_evidence_a_score_moves_the_way_told(scorer: Scorer, text: str) -> None:
    opinion = judged(text, scorer)
    first = opinion.evidence[0]
    word = first.text
    weakened = judged(text.replace(word, "x" * len(word)), scorer)
    assert (opinion.score - weakened.score) * first.weight > 0
    assert opinion.score - weakened.score == pytest.approx(first.weight)


def test_evidence_says_which_words() -> None:
    opinion = judged("In spite of its implausible [plot] it is lovely.", TEXTBLOB)
    assert [(e.text, e.weight < 0) for e in opinion.evidence] == [
        ("implausible", True),
        ("lovely", False),
    ]


def test_evidence_holds_the_negator() -> None:
    assert [e.text for e in judged("The [acting] isn’t very good.", TEXTBLOB).evidence] == [
        "isn’t very good"
    ]


def test_vader_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    lexicon._vader_valences.cache_clear()
    monkeypatch.setitem(sys.modules, "vaderSentiment.vaderSentiment", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'reviewkit\[vader\]'") as caught:
        VaderScorer()
    assert isinstance(caught.value, ReviewkitError)
    assert isinstance(caught.value, ImportError)
    lexicon._vader_valences.cache_clear()


def test_score_text() -> None:
    assert score_text("A wonderful film.", scorer=TEXTBLOB) > 0.5
    assert score_text("A dreadful film.", scorer=TEXTBLOB) < -0.5
    assert score_text("A film.", scorer=TEXTBLOB) == score_text("", scorer=TEXTBLOB) == 0.0
    both = score_text("Wonderful. A film.", scorer=TEXTBLOB)
    assert both == score_text("Wonderful.", scorer=TEXTBLOB)
