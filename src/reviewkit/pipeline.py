"""From raw reviews to results: one review, or a stream of them."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Literal, overload

from reviewkit.aspects import FILM_ASPECTS, checked_aspects, extract_aspects
from reviewkit.errors import InputTypeError, InputValueError, RecordError
from reviewkit.html import clean_html
from reviewkit.sentences import Splitter, split_sentences
from reviewkit.sentiment import (
    checked_scorer,
    overall_polarity,
    score_aspects,
    score_text,
    summarize,
)
from reviewkit.types import Aspect, Review, Scorer

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = ["analyze", "analyze_many"]

_CHUNK = 32  # reviews sent to a worker at a time
_CHUNKS_AHEAD = 4  # chunks under way for each worker: bounds the memory that a stream takes


def analyze(
    html: str | bytes,
    *,
    aspects: Iterable[Aspect] = FILM_ASPECTS,
    scorer: Scorer | None = None,
    splitter: Splitter | None = None,
) -> Review:
    """Read a review: clean it, split it, find its aspects, judge them and sum up.

    Args:
        html: the raw review, HTML or plain text; see `clean_html`.
        aspects: what to look for.
        scorer: how to judge; a `FilmScorer` if None.
        splitter: how to split sentences, for another language, say; see `split_sentences`.

    Returns:
        The review, read. An empty input gives one without sentences, neutral.

    Raises:
        InputTypeError: if an argument has the wrong type.
        InputValueError: if two aspects have one name, or the scorer returns a score outside
            [-1, 1].

    Example:
        >>> review = analyze("Lee is superb.<br /><br />Sadly, the script is a mess.")
        >>> print(review)
        aspect   polarity  score  places  because
        acting   positive  +0.90       1  superb
        plot     negative  -0.79       1  mess
        overall  negative  -0.21
        >>> opinion = review.opinions[1]
        >>> start, end = review.source_span(opinion.start, opinion.end)
        >>> review.text.source[start:end]
        'script'
    """
    text = clean_html(html)
    sentences = split_sentences(text, splitter=splitter)
    mentions = extract_aspects(text, aspects, sentences=sentences)
    opinions = score_aspects(text, mentions, scorer=scorer, sentences=sentences)
    score = score_text(text, scorer=scorer, sentences=sentences)
    return Review(
        text=text,
        sentences=tuple(sentences),
        opinions=tuple(opinions),
        summaries=tuple(summarize(opinions).values()),
        score=score,
        polarity=overall_polarity(score),
    )


@overload
def analyze_many(
    htmls: Iterable[str | bytes],
    *,
    aspects: Iterable[Aspect] = ...,
    scorer: Scorer | None = ...,
    splitter: Splitter | None = ...,
    workers: int = ...,
    on_error: Literal["raise"] = ...,
    progress: bool = ...,
) -> Iterator[Review]: ...


@overload
def analyze_many(
    htmls: Iterable[str | bytes],
    *,
    aspects: Iterable[Aspect] = ...,
    scorer: Scorer | None = ...,
    splitter: Splitter | None = ...,
    workers: int = ...,
    on_error: Literal["return"],
    progress: bool = ...,
) -> Iterator[Review | RecordError]: ...


def analyze_many(  # noqa: PLR0913 - each option is used by name
    htmls: Iterable[str | bytes],
    *,
    aspects: Iterable[Aspect] = FILM_ASPECTS,
    scorer: Scorer | None = None,
    splitter: Splitter | None = None,
    workers: int = 1,
    on_error: Literal["raise", "return"] = "raise",
    progress: bool = False,
) -> Iterator[Review | RecordError]:
    """Read a stream of reviews, in order, in bounded memory.

    Args:
        htmls: raw reviews: a list, a column, a generator that never ends.
        aspects: what to look for.
        scorer: how to judge; a `FilmScorer` if None. With workers it must be picklable.
        splitter: how to split sentences; see `split_sentences`. Likewise.
        workers: processes to share the work; 1 does it in this one.
        on_error: what becomes of a record that cannot be read, such as a ``None`` in the
            column. ``"return"`` puts a `RecordError` in its place, so that results and records
            stay side by side. ``"raise"`` raises it at its turn; asking for the next review
            goes on after it.
        progress: show a progress bar on standard error.

    Returns:
        An iterator over the reviews.

    Raises:
        InputTypeError: at once, if an argument has the wrong type.
        InputValueError: at once, if an argument has a wrong value.
        RecordError: at its turn, if a record cannot be read; its ``index`` says which.

    Example:
        >>> column = ["Great songs!", None, "What a dull plot."]
        >>> for result in analyze_many(column, on_error="return"):
        ...     print(result if isinstance(result, RecordError) else [*result.aspects])
        ['music']
        record 1: a review must be str or bytes, got NoneType: None; leave such rows out ...
        ['plot']
    """
    if isinstance(htmls, (str, bytes, bytearray)) or not isinstance(htmls, Iterable):
        msg = (
            f"htmls must be a list or another iterable of reviews, got {type(htmls).__name__}; "
            "for one review call analyze"
        )
        raise InputTypeError(msg)
    if not isinstance(workers, int) or workers < 1:
        msg = f"workers must be a whole number from 1, got {workers!r}"
        raise InputValueError(msg)
    if on_error not in ("raise", "return"):
        msg = f"on_error must be 'raise' or 'return', got {on_error!r}"
        raise InputValueError(msg)
    read = partial(
        analyze,
        aspects=checked_aspects(aspects),
        scorer=checked_scorer(scorer),
        splitter=splitter,
    )
    if progress:
        from tqdm import tqdm  # noqa: PLC0415 - loaded when needed

        htmls = tqdm(htmls, unit=" reviews")
    outcomes = (
        (_outcome(read, record) for record in enumerate(htmls))
        if workers == 1
        else _parallel(read, htmls, workers)
    )
    return outcomes if on_error == "return" else _Raising(outcomes)


class _Raising(Iterator[Review]):
    """Raises each error at its turn, and goes on after it when asked to."""

    def __init__(self, outcomes: Iterator[Review | RecordError]) -> None:
        self.outcomes = outcomes

    def __next__(self) -> Review:
        outcome = next(self.outcomes)
        if isinstance(outcome, RecordError):
            raise outcome
        return outcome


_Read = Callable[[str | bytes], Review]


def _outcome(read: _Read, record: tuple[int, str | bytes]) -> Review | RecordError:
    """Read a record; return what is wrong with it if that cannot be done."""
    index, html = record
    try:
        return read(html)
    except Exception as error:  # noqa: BLE001 - a user's scorer may raise anything
        name = "" if isinstance(error, InputTypeError) else f"{type(error).__name__}: "
        failure = RecordError(index, f"{name}{error}")
        failure.__cause__ = error
        return failure


def _failure(read: _Read, record: tuple[int, str | bytes]) -> RecordError:
    outcome = _outcome(read, record)
    assert isinstance(outcome, RecordError)  # noqa: S101
    return outcome


def _outcomes(
    read: _Read, chunk: list[tuple[int, str | bytes] | RecordError]
) -> list[Review | RecordError]:
    return [r if isinstance(r, RecordError) else _outcome(read, r) for r in chunk]


def _parallel(
    read: _Read, htmls: Iterable[str | bytes], workers: int
) -> Iterator[Review | RecordError]:
    """Share chunks of records among processes; take the results back in order."""
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - loaded when needed

    try:
        pickle.dumps(read)
    except Exception as error:
        msg = (
            f"with workers, scorer and splitter must be picklable: {error}; define them in a module"
        )
        raise InputValueError(msg) from error
    # What is no text fails here: it might not survive the way to a worker.
    records: Iterator[tuple[int, str | bytes] | RecordError] = (
        record if isinstance(record[1], (str, bytes, bytearray)) else _failure(read, record)
        for record in enumerate(htmls)
    )
    under_way: deque[Future[list[Review | RecordError]]] = deque()
    pool = ProcessPoolExecutor(workers)
    try:
        while True:
            while len(under_way) < workers * _CHUNKS_AHEAD and (
                chunk := [*islice(records, _CHUNK)]
            ):
                under_way.append(pool.submit(_outcomes, read, chunk))
            if not under_way:
                return
            yield from under_way.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
