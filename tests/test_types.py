from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import reviewkit
from reviewkit import (
    Aspect,
    AspectSummary,
    CleanText,
    Evidence,
    InputValueError,
    Judgement,
    Mention,
    Opinion,
    PolarityCounts,
    RecordError,
    Review,
    Sentence,
    TextBlobScorer,
    analyze,
    clean_html,
)

TEXT = st.text(st.characters())  # lone surrogates too
OFFSET = st.integers(0, 10**6)
SCORE = st.floats(-1, 1)
POLARITY: Any = st.sampled_from(["positive", "negative", "mixed", "neutral"])
EVIDENCE = st.builds(Evidence, TEXT, OFFSET, OFFSET, SCORE)
OPINION = st.builds(
    Opinion, TEXT, TEXT, OFFSET, OFFSET, OFFSET, POLARITY, SCORE,
    st.lists(EVIDENCE, max_size=3).map(tuple),
)  # fmt: skip


@st.composite
def reviews(draw: st.DrawFn) -> Review:
    opinions = tuple(draw(st.lists(OPINION, max_size=4)))
    some = st.lists(st.sampled_from(opinions), max_size=3) if opinions else st.just([])
    names = draw(st.lists(TEXT, unique=True, max_size=3))
    return Review(
        text=clean_html(draw(TEXT)),
        sentences=tuple(draw(st.lists(st.builds(Sentence, TEXT, OFFSET, OFFSET), max_size=3))),
        opinions=opinions,
        summaries=tuple(
            AspectSummary(
                aspect=name,
                polarity=draw(POLARITY),
                score=draw(SCORE),
                counts=PolarityCounts(*draw(st.tuples(OFFSET, OFFSET, OFFSET, OFFSET))),
                opinions=tuple(draw(some)),
            )
            for name in names
        ),
        score=draw(SCORE),
        polarity=draw(POLARITY),
    )


@given(reviews())
def test_a_review_comes_back_from_json_as_it_was(review: Review) -> None:
    back = Review.from_dict(json.loads(json.dumps(review.to_dict())))
    assert back == review
    assert hash(back) == hash(review)
    assert back.text.source == review.text.source
    assert back.text.runs == review.text.runs


@given(reviews())
def test_a_review_shows_itself(review: Review) -> None:
    assert repr(review).startswith("<Review: ")
    assert str(review).splitlines()[0].startswith("aspect")
    assert "overall" in str(review)


def test_an_analysed_review_comes_back(example: str) -> None:
    review = analyze(example)
    back = Review.from_dict(json.loads(json.dumps(review.to_dict())))
    assert back == review
    for opinion in review.opinions:
        span = (opinion.start, opinion.end)
        assert back.source_span(*span) == review.source_span(*span)


def test_the_table_of_a_review() -> None:
    review = analyze("The acting was superb, superb. There is some music.", scorer=TextBlobScorer())
    assert str(review).splitlines() == [
        "aspect   polarity  score  places  because",
        "acting   positive  +0.86       1  superb",
        "music    neutral   +0.00       1",
        "overall  positive  +0.91",
    ]
    assert repr(review) == (
        "<Review: positive +0.91; acting positive +0.86, music neutral +0.00; "
        "2 opinions in 2 sentences>"
    )
    assert "no aspect found" in repr(analyze("Hm."))


@pytest.mark.parametrize(
    "value",
    [
        Aspect("a", ["b"]),
        Sentence("a", 0, 1),
        Mention("a", "b", 0, 1, 0),
        Evidence("a", 0, 1, 0.5),
        Judgement(0.5),
        Opinion("a", "b", 0, 1, 0, "mixed", 0.5),
        AspectSummary("a", "mixed", 0.5, PolarityCounts(), ()),
        analyze("The plot."),
    ],
    ids=lambda value: type(value).__name__,
)
def test_types_are_frozen_slotted_and_hashable(value: Any) -> None:
    assert hash(value) == hash(dataclasses.replace(value))
    assert not hasattr(value, "__dict__")
    name = dataclasses.fields(value)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, name, None)


def test_an_opinion_that_the_review_does_not_hold_is_refused() -> None:
    review = analyze("The plot.")
    with pytest.raises(
        InputValueError, match="a summary holds an opinion that the review does not"
    ):
        dataclasses.replace(review, opinions=()).to_dict()


@pytest.mark.parametrize(
    "change",
    [
        {"text": None, "source": 1, "offsets": 3},
        {"offsets": [[1, 2]]},
        {"opinions": [{"aspect": "plot"}]},
        {"aspects": []},
        {"aspects": {"plot": {"polarity": "mixed", "score": 0, "counts": {}, "opinions": [9]}}},
    ],
)
def test_what_is_no_review_is_refused(change: dict[str, Any]) -> None:
    data = analyze("The plot.").to_dict()
    with pytest.raises(InputValueError, match=r"not what Review\.to_dict\(\) gives"):
        Review.from_dict({**data, **change})
    with pytest.raises(InputValueError, match="KeyError: 'score'"):
        Review.from_dict({key: value for key, value in data.items() if key != "score"})


def test_text_without_a_source_is_its_own() -> None:
    text = CleanText("abc")
    assert text.source == "abc"
    assert text.source_span(1, 2) == (1, 2)


def test_a_record_error_says_which_record() -> None:
    error = RecordError(3, "it is empty")
    assert (error.index, error.reason, str(error)) == (3, "it is empty", "record 3: it is empty")


def test_everything_public_has_a_docstring() -> None:
    for name in reviewkit.__all__:
        if name[0].isalpha() and callable(getattr(reviewkit, name)):
            assert getattr(reviewkit, name).__doc__
