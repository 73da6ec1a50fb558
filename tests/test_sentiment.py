from __future__ import annotations

import gzip
import json
import runpy
from pathlib import Path
from typing import Any

import pytest
from conftest import REVIEWS, ROOT, cases, check_evidence, judged
from hypothesis import given
from hypothesis import strategies as st

from reviewkit import (
    Evidence,
    FilmScorer,
    InputTypeError,
    InputValueError,
    Judgement,
    Mention,
    Opinion,
    TextBlobScorer,
    clean_html,
    extract_aspects,
    score_aspects,
    score_text,
    summarize,
)


@pytest.mark.parametrize("case", cases("polarity"))
def test_cases(case: dict[str, Any]) -> None:
    assert judged(case["text"]).polarity == case["polarity"]


TAUGHT = (  # forms of training/constructions.toml
    "The [{target}] isn't {word}.",
    "The [{target}] is not {word}.",
    "The [{target}] is never {word}.",
    "The [{target}] is hardly {word}.",
    "There is nothing {word} about the [{target}].",
)
NOT_TAUGHT = (
    "Nobody could accuse the [{target}] of being {word}.",
    "It would be wrong to call the [{target}] {word}.",
    "You will not find the [{target}] {word}.",
    "At no point is the [{target}] {word}.",
    "The [{target}] can hardly be called {word}.",
    "Do not expect the [{target}] to be {word}.",
    "The [{target}] is far less {word} than they say.",
    "I was told that the [{target}] is {word}, and it is not.",
)
GOOD = "good great interesting believable funny convincing memorable original"
BAD = "bad boring dull weak predictable terrible annoying poor"
# In none of the forms taught; but the teacher labelled short sentences of TextBlob's words, and
# seven of these are among them.
PRAISE = "touching polished compelling heartfelt nuanced sublime vivid haunting"
BLAME = "messy plodding insipid dated muddled dreary contrived dire"


@pytest.mark.parametrize(
    ("forms", "words", "turned", "least"),
    [
        (TAUGHT, GOOD, "negative", 0.95),
        (TAUGHT, BAD, "positive", 0.95),
        (NOT_TAUGHT, PRAISE, "negative", 0.5),
        (NOT_TAUGHT, BLAME, "positive", 0.22),
    ],
)
def test_negation_turns_a_word(
    forms: tuple[str, ...], words: str, turned: str, least: float
) -> None:
    found = [
        judged(form.format(target=target, word=word)).polarity
        for form in forms
        for target in ("acting", "plot", "music", "photography", "dialogue", "direction", "script")
        for word in words.split()
    ]
    assert found.count(turned) / len(found) >= least


@pytest.mark.parametrize("case", cases("polarity-known-failures"))
def test_known_failures_still_fail(case: dict[str, Any]) -> None:
    found = judged(case["text"]).polarity
    assert found != case["polarity"], "this works now: move the case to polarity.json"


@given(REVIEWS | st.text())
def test_scores_and_evidence_are_sound(text: str) -> None:
    check_evidence(text, FilmScorer())


def share_of_true_evidence(texts: list[str]) -> float:
    """Return how often a score moves the way told when the strongest evidence is deleted."""
    moved = []
    for text in texts:
        for opinion in score_aspects(text, extract_aspects(text)):
            apart = [
                e for e in opinion.evidence if e.end <= opinion.start or opinion.end <= e.start
            ]
            if apart:
                first = apart[0]
                shift = len(first.text) if first.start < opinion.start else 0
                start, end = opinion.start - shift, opinion.end - shift
                mention = Mention(opinion.aspect, opinion.target, start, end, 0)
                without = text[: first.start] + text[first.end :]
                (weakened,) = score_aspects(without, [mention])
                moved.append((opinion.score - weakened.score) * first.weight > 0)
    assert len(moved) > 10
    return sum(moved) / len(moved)


def test_without_its_first_evidence_a_score_moves_the_way_told(shared: Path) -> None:
    with gzip.open(shared / "data" / "film_aspects" / "dev.jsonl.gz", "rt") as stream:
        texts = [str(clean_html(json.loads(line)["html"])) for line in stream]
    assert share_of_true_evidence(texts) >= 0.95


def test_the_same_in_the_examples() -> None:
    examples = Path(__file__).parent.parent / "examples"
    texts = [str(clean_html(p.read_text(encoding="utf-8"))) for p in examples.glob("*.html")]
    assert share_of_true_evidence(texts) >= 0.95


def test_evidence_is_words_that_say_something() -> None:
    text = 'The acting is, "superb"!!! But the plot was a mess... And the songs are dull.'
    told = [e.text for o in score_aspects(text, extract_aspects(text)) for e in o.evidence]
    assert {"superb", "mess", "dull"} <= {*told}
    assert not {"the", "a", "is", "was", "are"} & {word.lower() for word in told}
    assert all(word[0].isalnum() for word in told)


def test_scores_can_be_taken_at_their_word(shared: Path) -> None:
    benchmark = runpy.run_path(str(ROOT / "benchmarks" / "calibration.py"))
    some = [(0.9, 1), (0.9, -1), (-0.5, -1), (-0.5, 0)]
    assert benchmark["calibration_error"](some) == pytest.approx(0.225)
    pairs = benchmark["scored"](shared / "data")
    assert len(pairs) > 400
    assert benchmark["calibration_error"](pairs) <= 0.05


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
    assert score_text("") == 0.0
    assert score_text("A wonderful film. The songs are lovely too.") > 0.5
    assert score_text("A dreadful film. It bored me to tears.") < -0.5


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
