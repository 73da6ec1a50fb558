from __future__ import annotations

import sys
from typing import Any

import pytest
from conftest import cases
from hypothesis import given
from hypothesis import strategies as st

from reviewkit import (
    Evidence,
    InputTypeError,
    InputValueError,
    Judgement,
    Mention,
    MissingExtraError,
    Opinion,
    ReviewkitError,
    Scorer,
    TextBlobScorer,
    VaderScorer,
    extract_aspects,
    score_aspects,
    score_text,
    sentiment,
    split_sentences,
    summarize,
)

SCORERS = [TextBlobScorer(), VaderScorer()]
REVIEWS = st.lists(
    st.sampled_from(
        ["the acting", "plot", "superb", "awful", "not", "isn't", "very", ",", "but", "despite",
         "?", "is", "could have been", "not only", ".", "(", ")", "a bit", "music", "never", "\n"]
    ),
    max_size=30,
).map(" ".join)  # fmt: skip


def judged(text: str, scorer: Scorer | None = None) -> Opinion:
    """Score the target in [brackets]."""
    start, end = text.index("["), text.index("]") - 1
    text = text.replace("[", "").replace("]", "")
    mention = Mention("any", text[start:end], start, end, 0)
    (opinion,) = score_aspects(text, [mention], scorer=scorer)
    return opinion


@pytest.mark.parametrize("case", cases("polarity"))
def test_cases(case: dict[str, Any]) -> None:
    assert judged(case["text"]).polarity == case["polarity"]


@pytest.mark.parametrize("case", cases("polarity-known-failures"))
def test_known_failures_still_fail(case: dict[str, Any]) -> None:
    found = judged(case["text"]).polarity
    assert found != case["polarity"], "this works now: move the case to polarity.json"


@pytest.mark.parametrize("scorer", SCORERS, ids=repr)
@given(REVIEWS | st.text())
def test_scores_and_evidence_are_sound(scorer: Scorer, text: str) -> None:
    sentences = split_sentences(text)
    mentions = extract_aspects(text, sentences=sentences)
    opinions = score_aspects(text, mentions, scorer=scorer, sentences=sentences)
    assert len(opinions) == len(mentions)
    for mention, opinion in zip(mentions, opinions, strict=True):
        assert (opinion.aspect, opinion.start, opinion.end) == (
            mention.aspect,
            mention.start,
            mention.end,
        )
        assert -1 <= opinion.score <= 1
        sentence = sentences[opinion.sentence]
        strengths = [abs(e.weight) for e in opinion.evidence]
        assert strengths == sorted(strengths, reverse=True)
        for evidence in opinion.evidence:
            assert text[evidence.start : evidence.end] == evidence.text != ""
            assert sentence.start <= evidence.start < evidence.end <= sentence.end
            assert -2 <= evidence.weight <= 2
    assert -1 <= score_text(text, scorer=scorer) <= 1


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
    opinion = judged("In spite of its implausible [plot] it is lovely.")
    assert [(e.text, e.weight < 0) for e in opinion.evidence] == [
        ("implausible", True),
        ("lovely", False),
    ]


def test_evidence_holds_the_negator() -> None:
    assert [e.text for e in judged("The [acting] isn’t very good.").evidence] == ["isn’t very good"]


def test_a_plot_summary_is_no_evidence() -> None:
    text = "His sister is murdered by a bad man. The acting is superb."
    (opinion,) = score_aspects(text, extract_aspects(text))
    assert [e.text for e in opinion.evidence] == ["superb"]


def test_a_target_across_sentences_is_judged_all_the_same() -> None:
    text = "Superb act. Ing."
    mention = Mention("acting", "act. Ing", 7, 15, 0)
    (opinion,) = score_aspects(text, [mention])
    assert opinion.polarity == "positive"
    (empty,) = score_aspects("", [Mention("acting", "", 0, 0, 0)])
    assert empty.polarity == "neutral"


def test_score_text() -> None:
    assert score_text("A wonderful film.") > 0.5
    assert score_text("A dreadful film.") < -0.5
    assert score_text("A film.") == score_text("") == 0.0
    assert score_text("Wonderful. A film.") == score_text("Wonderful.")


class Fixed:
    """A scorer that always says the same."""

    def __init__(self, judgement: Any) -> None:
        self.judgement = judgement
        self.asked: list[tuple[int, int, Mention | None]] = []

    def score(self, text: str, start: int, end: int, target: Mention | None = None) -> Judgement:
        assert text
        self.asked.append((start, end, target))
        return self.judgement  # type: ignore[no-any-return]


def test_bring_your_own_scorer() -> None:
    evidence = (Evidence("The", 0, 3, 0.5),)
    scorer = Fixed(Judgement(0.5, evidence, "mixed"))
    text = "The plot. A film."
    mentions = extract_aspects(text)
    (opinion,) = score_aspects(text, mentions, scorer=scorer)
    assert (opinion.score, opinion.evidence, opinion.polarity) == (0.5, evidence, "mixed")
    assert scorer.asked == [(0, 9, mentions[0])]
    assert score_text(text, scorer=scorer) == 0.5
    assert scorer.asked[1:] == [(0, 9, None), (10, 17, None)]


@pytest.mark.parametrize(
    ("score", "polarity"),
    [(0.5, "positive"), (-0.5, "negative"), (0.0, "neutral"), (0.01, "neutral")],
)
def test_polarity_is_read_off_the_score(score: float, polarity: str) -> None:
    assert judged("The [plot].", Fixed(Judgement(score))).polarity == polarity


@pytest.mark.parametrize(
    ("judgement", "error", "message"),
    [
        (0.5, InputTypeError, "must return a Judgement, returned 0.5"),
        (Judgement(1.5), InputValueError, "must return a score from -1 to 1, returned 1.5"),
        (Judgement(float("nan")), InputValueError, "returned nan"),
    ],
)
def test_a_scorer_that_errs_is_named(judgement: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        judged("The [plot].", Fixed(judgement))


@pytest.mark.parametrize("scorer", ["textblob", TextBlobScorer, 3, object()])
def test_what_is_no_scorer_is_refused(scorer: Any) -> None:
    with pytest.raises(InputTypeError, match="scorer must be an object with a method score"):
        score_text("text", scorer=scorer)


def test_mentions_of_another_text_are_refused() -> None:
    with pytest.raises(InputValueError, match="not the target 'plot'"):
        score_aspects("The music.", [Mention("plot", "plot", 4, 8, 0)])
    with pytest.raises(InputTypeError, match="must be Mention objects, got str"):
        score_aspects("The music.", ["music"])  # type: ignore[list-item]


def test_vader_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    sentiment._vader_valences.cache_clear()
    monkeypatch.setitem(sys.modules, "vaderSentiment.vaderSentiment", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'reviewkit\[vader\]'") as caught:
        VaderScorer()
    assert isinstance(caught.value, ReviewkitError)
    assert isinstance(caught.value, ImportError)
    sentiment._vader_valences.cache_clear()


def opinion(aspect: str, polarity: Any, score: float) -> Opinion:
    return Opinion(aspect, "it", 0, 2, 0, polarity, score)


@pytest.mark.parametrize(
    ("found", "polarity", "score"),
    [
        ([("positive", 0.8)], "positive", 0.8),
        ([("neutral", 0.0)], "neutral", 0.0),
        ([("positive", 0.8), ("neutral", 0.0)], "positive", 0.8),
        ([("positive", 0.8), ("negative", -0.6)], "mixed", 0.1),
        ([("positive", 0.8), ("positive", 0.6), ("negative", -0.2)], "positive", 0.4),
        ([("negative", -0.8), ("positive", 0.2)], "negative", -0.3),
        ([("mixed", 0.1)], "mixed", 0.1),
        ([("mixed", 0.1), ("mixed", 0.2), ("positive", 0.9)], "mixed", 0.4),
    ],
)
def test_summaries(found: list[tuple[str, float]], polarity: str, score: float) -> None:
    opinions = [opinion("plot", p, s) for p, s in found]
    summary = summarize(opinions)["plot"]
    assert summary.polarity == polarity
    assert summary.score == pytest.approx(score)
    assert summary.opinions == tuple(opinions)
    assert sum(summary.counts) == len(found)
    assert summary.counts.mixed == sum(p == "mixed" for p, _ in found)


def test_summaries_come_in_the_order_of_the_text() -> None:
    opinions = [opinion(name, "neutral", 0.0) for name in ("plot", "acting", "plot")]
    assert list(summarize(opinions)) == ["plot", "acting"]
    assert summarize([]) == {}
    with pytest.raises(InputTypeError, match="must be Opinion objects, got str"):
        summarize(["good"])  # type: ignore[list-item]
