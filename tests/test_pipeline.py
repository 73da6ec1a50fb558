from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewkit import (
    CORE_ASPECTS,
    Aspect,
    InputTypeError,
    InputValueError,
    Judgement,
    Mention,
    RecordError,
    Review,
    analyze,
    analyze_many,
)

COLUMN = ["Great <b>songs</b>!", None, "What a dull plot.", b"The acting is fine.", float("nan")]


class Failing:
    """A scorer that cannot bear some text."""

    def score(self, text: str, start: int, end: int, target: Mention | None = None) -> Judgement:
        if "plot" in text:
            msg = "no plots, please"
            raise RuntimeError(msg)
        return Judgement(0.5)


def test_an_example_is_read(example: str) -> None:
    review = analyze(example)
    assert len(review.aspects) > 4
    assert review.text.source == example
    for opinion in review.opinions:
        assert review.text[opinion.start : opinion.end] == opinion.target
        start, end = review.source_span(opinion.start, opinion.end)
        assert example[start:end] == opinion.target
        for evidence in opinion.evidence:
            assert review.text[evidence.start : evidence.end] == evidence.text


def test_a_synopsis_holds_no_opinion() -> None:
    example = Path(__file__).parent.parent / "examples" / "the_lamplighter.html"
    review = analyze(example.read_text(encoding="utf-8"))
    told = {e.text for opinion in review.opinions for e in opinion.evidence}
    assert not told & {"shot dead", "loses", "storm", "lies", "terrible", "betrayal", "war"}
    assert review.aspects["acting"].polarity == "positive"
    assert review.aspects["plot"].polarity == "negative"


def test_a_fond_review_that_argues_is_positive() -> None:
    example = Path(__file__).parent.parent / "examples" / "slow_train_north.html"
    assert analyze(example.read_text(encoding="utf-8")).polarity == "positive"


def test_the_seed_review(shared: Path) -> None:
    html = (shared / "data" / "seed_review.html").read_text(encoding="utf-8")
    review = analyze(html)
    acting = review.aspects["acting"]
    assert acting.polarity == "positive"
    assert any("Derbez" in opinion.target for opinion in acting.opinions)
    blame = [e for o in review.aspects["plot"].opinions for e in o.evidence if e.weight < 0]
    assert min(blame, key=lambda e: e.weight).text == "implausible"
    assert review.aspects["plot"].polarity == "negative"
    assert {"cinematography", "music"} <= set(review.aspects)
    told = {e.text for opinion in review.opinions for e in opinion.evidence}
    assert not told & {"problem", "death", "bad", "illegal"}


@given(st.text(), st.text())
def test_analyze_is_pure(html: str, other: str) -> None:
    before = analyze(html)
    analyze(other)
    assert analyze(html) == before


def test_nothing_is_neutral() -> None:
    review = analyze("")
    assert (review.text, review.sentences, review.opinions) == ("", (), ())
    assert (review.score, review.polarity, review.aspects) == (0.0, "neutral", {})


def test_aspects_may_be_any_iterable() -> None:
    aspects = (Aspect(name, [name]) for name in ("plot", "music"))
    reviews = list(analyze_many(["The plot.", "The music."], aspects=aspects))
    assert [list(review.aspects) for review in reviews] == [["plot"], ["music"]]


@pytest.mark.parametrize("workers", [1, 2])
def test_failures_keep_their_place(workers: int) -> None:
    column = COLUMN * 20
    results = list(analyze_many(column, workers=workers, on_error="return"))
    assert len(results) == len(column)
    for i, result in enumerate(results):
        if i % len(COLUMN) in (1, 4):
            assert isinstance(result, RecordError)
            assert result.index == i
            assert "a review must be str or bytes" in result.reason
        else:
            assert result == analyze(column[i])  # type: ignore[arg-type]


@pytest.mark.parametrize("workers", [1, 2])
def test_after_an_error_the_next_review_follows(workers: int) -> None:
    reviews = analyze_many(COLUMN, workers=workers)
    assert list(next(reviews).aspects) == ["music"]
    with pytest.raises(RecordError, match=r"record 1: .*NoneType") as caught:
        next(reviews)
    assert caught.value.index == 1
    assert list(next(reviews).aspects) == ["plot"]
    assert list(next(reviews).aspects) == ["acting"]
    with pytest.raises(RecordError, match=r"record 4: .*float: nan"):
        next(reviews)
    with pytest.raises(StopIteration):
        next(reviews)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_scorer_that_fails_costs_its_record_only(workers: int) -> None:
    column = ["The music.", "The plot.", "The cast."]
    results = list(analyze_many(column, scorer=Failing(), workers=workers, on_error="return"))
    assert [isinstance(result, Review) for result in results] == [True, False, True]
    assert str(results[1]) == "record 1: RuntimeError: no plots, please"


@pytest.mark.parametrize("workers", [1, 2])
def test_streams_are_read_as_needed(workers: int) -> None:
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield "The plot."

    reviews = analyze_many(endless(), aspects=CORE_ASPECTS, workers=workers)
    for _ in range(40):
        assert next(reviews).opinions
    assert taken <= 40 if workers == 1 else taken <= 40 + 2 * 4 * 32
    del reviews


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_the_input_itself_is_raised(workers: int) -> None:
    def broken() -> Iterator[str]:
        yield "The plot."
        msg = "the disk is gone"
        raise OSError(msg)

    with pytest.raises(OSError, match="the disk is gone"):
        list(analyze_many(broken(), workers=workers))


def test_a_scorer_for_workers_must_be_picklable() -> None:
    class Local(Failing):
        pass

    with pytest.raises(InputValueError, match="scorer and splitter must be picklable"):
        list(analyze_many(["a"], scorer=Local(), workers=2))


def test_progress_is_shown_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(list(analyze_many(["a", "b"], progress=True))) == 2
    assert "2/2" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"htmls": "one review"}, InputTypeError, "for one review call analyze"),
        ({"htmls": None}, InputTypeError, "got NoneType"),
        ({"workers": 0}, InputValueError, "workers must be a whole number from 1, got 0"),
        ({"workers": "2"}, InputValueError, "got '2'"),
        ({"on_error": "ignore"}, InputValueError, "on_error must be 'raise' or 'return'"),
        ({"aspects": ["plot"]}, InputTypeError, "must be Aspect objects"),
        ({"scorer": "vader"}, InputTypeError, "scorer must be an object"),
    ],
)
def test_bad_options_are_refused_at_once(
    options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        analyze_many(**{"htmls": [], **options})
