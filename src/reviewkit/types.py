"""The types that carry results: text that knows where it came from, spans, opinions, reviews.

Offsets everywhere are counted in characters of the text that was analysed, half-open like slices:
``text[x.start:x.end]`` is the text of a sentence, of a piece of evidence or of a target.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeAlias, runtime_checkable

from reviewkit.errors import InputTypeError, InputValueError

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = [
    "Aspect",
    "AspectSummary",
    "CleanText",
    "Evidence",
    "Judgement",
    "Mention",
    "Opinion",
    "Polarity",
    "PolarityCounts",
    "Review",
    "Scorer",
    "Sentence",
]

Polarity: TypeAlias = Literal["positive", "negative", "mixed", "neutral"]
"""What a reviewer thinks of something, as in the SemEval aspect-based sentiment tasks."""

_BECAUSE = 3  # words of evidence shown for an aspect in a review's table


Run: TypeAlias = tuple[int, int, int]
"""A stretch of clean text: its start (it ends where the next run starts), and its raw span.

A run as long as its raw span is copied from it character by character; any other, such as a
decoded ``&eacute;`` or a collapsed run of white space, came from its raw span as a whole.
"""


class CleanText(str):
    """Clean text that remembers the raw input that each of its characters came from.

    It is a `str` and works wherever one does; slices and other results of `str` methods are
    plain strings. `clean_html` makes it.

    Attributes:
        source: the raw input, decoded if it was bytes.

    Example:
        >>> from reviewkit import clean_html
        >>> text = clean_html("Caf&eacute; <b>noir</b>")
        >>> text
        'Café noir'
        >>> text.source_span(0, 4)
        (0, 11)
        >>> text.source[0:11]
        'Caf&eacute;'
    """

    __slots__ = ("_runs", "source")

    source: str
    _runs: tuple[Run, ...] | None

    def __new__(
        cls, text: str, source: str | None = None, runs: Iterable[Run] | None = None
    ) -> Self:
        """Make clean text; without `source` and `runs` the text is its own source."""
        self = super().__new__(cls, text)
        self.source = str(self) if source is None else source
        self._runs = None if runs is None else tuple(runs)
        return self

    def __reduce__(self) -> tuple[type[CleanText], tuple[str, str, tuple[Run, ...] | None]]:
        """Pickle and copy with the offsets."""
        return (type(self), (str(self), self.source, self._runs))

    @property
    def runs(self) -> tuple[Run, ...] | None:
        """The offset table as (start, raw start, raw end); None where the text is its source."""
        return self._runs

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the raw input that ``text[start:end]`` came from.

        Args:
            start: first character of the span in the clean text.
            end: one past its last character; equal to `start` for an empty span.

        Returns:
            (raw start, raw end), offsets in `source`; for ``bytes`` input these count the
            characters of the decoded text. Entities, tags and white space between the first and
            the last character are inside the span; those outside are not. An empty span gives
            an empty raw span at the place where the character at `start` comes from.

        Raises:
            InputTypeError: if an offset is not an integer.
            InputValueError: if not ``0 <= start <= end <= len(text)``.

        Example:
            >>> from reviewkit import clean_html
            >>> clean_html("dull <br /> score").source_span(5, 10)
            (12, 17)
        """
        for name, value in (("start", start), ("end", end)):
            if not isinstance(value, int):
                msg = f"{name} must be an int, got {type(value).__name__}: {value!r}"
                raise InputTypeError(msg)
        if not 0 <= start <= end <= len(self):
            msg = f"span {start}:{end} is not inside the text, which has {len(self)} characters"
            raise InputValueError(msg)
        if self._runs is None:
            return (start, end)
        if start < end:
            return (self._raw(start)[0], self._raw(end - 1)[1])
        if start < len(self):
            place = self._raw(start)[0]
        else:
            place = self._raw(start - 1)[1] if start else 0
        return (place, place)

    def _raw(self, index: int) -> tuple[int, int]:
        """Return the raw span of one character."""
        runs = self._runs or ()
        at = bisect_right(runs, (index, len(self.source) + 1)) - 1
        start, raw_start, raw_end = runs[at]
        run_end = runs[at + 1][0] if at + 1 < len(runs) else len(self)
        if raw_end - raw_start != run_end - start:
            return (raw_start, raw_end)
        return (raw_start + index - start, raw_start + index - start + 1)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and where it stands: ``text[start:end]`` of the analysed text is `text`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Aspect:
    """Something that reviews speak of, and the words that name it.

    Args:
        name: what results call it, such as ``"acting"``.
        terms: words and phrases that name it. Case does not matter; a plural, a third person
            (``story``: stories, ``portray``: portrays) and a possessive match too; a space
            matches a hyphen or a line break as well. At any place the longest term wins. Six
            or more terms also find words like them ("sandwich" for "pizza", "dish", "menu", ...),
            fewer hardly any.
        exclude: phrases in which a term does not name the aspect (``"act of war"``).
        exact: whether to find nothing but the terms.

    Raises:
        InputTypeError: if `name` or a term is not a string, or `terms` is a single string.
        InputValueError: if `name` is blank, there is no term, or a term has no visible character.

    Example:
        >>> Aspect("service", terms=["staff", "waiter"])
        Aspect(name='service', terms=('staff', 'waiter'), exclude=(), exact=False)
    """

    name: str
    terms: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    exact: bool = False

    def __init__(
        self,
        name: str,
        terms: Iterable[str],
        exclude: Iterable[str] = (),
        *,
        exact: bool = False,
    ) -> None:
        if not isinstance(name, str):
            msg = f"an aspect's name must be a str, got {type(name).__name__}: {name!r}"
            raise InputTypeError(msg)
        if not name.strip():
            msg = "an aspect's name must not be blank; give it one, such as 'service'"
            raise InputValueError(msg)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "terms", self._checked(terms, "terms"))
        object.__setattr__(self, "exclude", self._checked(exclude, "exclude"))
        object.__setattr__(self, "exact", bool(exact))
        if not self.terms:
            msg = f"aspect {name!r} has no terms; give at least one, such as terms=[{name!r}]"
            raise InputValueError(msg)

    def _checked(self, phrases: Iterable[str], field: str) -> tuple[str, ...]:
        """Return the phrases as a tuple if they can be matched."""
        if isinstance(phrases, str) or not isinstance(phrases, Iterable):
            msg = (
                f"{field} of aspect {self.name!r} must be a list of strings, "
                f"got {type(phrases).__name__}: {phrases!r}"
            )
            raise InputTypeError(msg)
        found = tuple(phrases)
        for phrase in found:
            if not isinstance(phrase, str):
                msg = (
                    f"{field} of aspect {self.name!r} must be strings, "
                    f"got {type(phrase).__name__}: {phrase!r}"
                )
                raise InputTypeError(msg)
            if not phrase.strip():
                msg = f"{field} of aspect {self.name!r} contain a blank one: {phrase!r}; remove it"
                raise InputValueError(msg)
        return found


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where an aspect is spoken of.

    Attributes:
        aspect: the aspect's name.
        target: the words that name it, as they stand in the text.
        start: offset of the target's first character in the text.
        end: offset past its last.
        sentence: index of its sentence in the list of sentences.
    """

    aspect: str
    target: str
    start: int
    end: int
    sentence: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words that moved a score.

    Attributes:
        text: the words, as they stand in the text.
        start: offset of their first character in the text.
        end: offset past their last.
        weight: how far they moved the score, in [-2, 2]; above 0 towards positive. The scorer
            says in what measure.
    """

    text: str
    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a `Scorer` thinks of a piece of text.

    Attributes:
        score: from -1 (as bad as can be) to 1 (as good as can be).
        evidence: the words that moved it, strongest first.
        polarity: the verdict in a word; None leaves it to be read off score and evidence.
    """

    score: float
    evidence: tuple[Evidence, ...] = ()
    polarity: Polarity | None = None


@runtime_checkable
class Scorer(Protocol):
    """Anything that can tell how good or bad a piece of text is. Bring your own.

    Example:
        >>> from reviewkit import Judgement, analyze
        >>> class Shouting:
        ...     '''More exclamation marks, more joy.'''
        ...     def score(self, text, start, end, target=None):
        ...         return Judgement(min(1.0, text.count("!", start, end) / 3))
        >>> analyze("The music!!!", scorer=Shouting()).aspects["music"].polarity
        'positive'
    """

    def score(self, text: str, start: int, end: int, target: Mention | None = None) -> Judgement:
        """Judge ``text[start:end]``, one sentence, or the `target` that stands in it.

        Args:
            text: the whole text; what surrounds the sentence may be used as context.
            start: offset of the sentence's first character.
            end: offset past its last.
            target: the mention to judge; None asks for the sentence as a whole.

        Returns:
            The judgement; offsets of its evidence count from the start of `text`.
        """
        ...


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the reviewer thinks of an aspect in one place, and the words that say so.

    Attributes:
        aspect: the aspect's name.
        target: the words that name what is judged, as they stand in the text.
        start: offset of the target's first character in the text.
        end: offset past its last.
        sentence: index of its sentence in the review's sentences.
        polarity: ``"positive"``, ``"negative"``, ``"mixed"`` or ``"neutral"``.
        score: from -1 (as bad as can be) to 1 (as good as can be).
        evidence: the words that moved the score, strongest first.
    """

    aspect: str
    target: str
    start: int
    end: int
    sentence: int
    polarity: Polarity
    score: float
    evidence: tuple[Evidence, ...] = ()


class PolarityCounts(NamedTuple):
    """How many opinions there are of each polarity."""

    positive: int = 0
    negative: int = 0
    mixed: int = 0
    neutral: int = 0


@dataclass(frozen=True, slots=True)
class AspectSummary:
    """What a review as a whole thinks of one aspect.

    Attributes:
        aspect: the aspect's name.
        polarity: the verdict; ``"mixed"`` where praise and blame balance.
        score: mean score of the opinions that are not neutral, in [-1, 1]; 0 if all are.
        counts: how many opinions there are of each polarity.
        opinions: the opinions themselves, in the order of the text.
    """

    aspect: str
    polarity: Polarity
    score: float
    counts: PolarityCounts
    opinions: tuple[Opinion, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Review:
    """A review, read: its text, sentences and opinions, and the verdict on each aspect.

    ``str(review)`` is a short table.

    Attributes:
        text: the clean text; every offset counts in it.
        sentences: its sentences, in order.
        opinions: the opinions found, in the order of the text.
        summaries: one summary for each aspect that the review speaks of; see `aspects`.
        score: overall score, from -1 to 1.
        polarity: overall verdict.

    Example:
        >>> from reviewkit import analyze
        >>> review = analyze("<p>The acting was superb.</p><p>The plot is dull.</p>")
        >>> review.aspects["acting"].polarity, review.aspects["plot"].polarity
        ('positive', 'negative')
        >>> Review.from_dict(review.to_dict()) == review
        True
    """

    text: CleanText
    sentences: tuple[Sentence, ...]
    opinions: tuple[Opinion, ...]
    summaries: tuple[AspectSummary, ...]
    score: float
    polarity: Polarity

    @property
    def aspects(self) -> dict[str, AspectSummary]:
        """The summary of each aspect that the review speaks of, by name."""
        return {summary.aspect: summary for summary in self.summaries}

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the raw input that ``text[start:end]`` came from.

        See `CleanText.source_span` for arguments, result and errors.
        """
        return self.text.source_span(start, end)

    def to_dict(self) -> dict[str, Any]:
        """Return the review as plain dicts, lists, strings and numbers, ready for JSON.

        Nothing is lost: `from_dict` gives back an equal review, also after a round through
        JSON. In ``aspects``, ``opinions`` are indices into the list ``opinions``; ``offsets``
        are rows of (start in text, raw start, raw end), null where text and source are the same.

        Raises:
            InputValueError: if a summary holds an opinion that the review does not.
        """
        index = {opinion: i for i, opinion in enumerate(self.opinions)}
        try:
            aspects = {
                s.aspect: {
                    "polarity": s.polarity,
                    "score": s.score,
                    "counts": s.counts._asdict(),
                    "opinions": [index[opinion] for opinion in s.opinions],
                }
                for s in self.summaries
            }
        except KeyError as error:
            msg = f"a summary holds an opinion that the review does not: {error.args[0]!r}"
            raise InputValueError(msg) from None
        runs = self.text.runs
        return {
            "text": str(self.text),
            "source": self.text.source,
            "offsets": None if runs is None else [list(run) for run in runs],
            "sentences": [_as_dict(sentence) for sentence in self.sentences],
            "opinions": [
                {**_as_dict(o), "evidence": [_as_dict(e) for e in o.evidence]}
                for o in self.opinions
            ],
            "aspects": aspects,
            "score": self.score,
            "polarity": self.polarity,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Review:
        """Rebuild a review from what `to_dict` gave.

        Raises:
            InputValueError: if a key is missing or a value does not have the expected form.
        """
        try:
            opinions = tuple(
                Opinion(**{**o, "evidence": tuple(Evidence(**e) for e in o["evidence"])})
                for o in data["opinions"]
            )
            summaries = tuple(
                AspectSummary(
                    aspect=name,
                    polarity=s["polarity"],
                    score=s["score"],
                    counts=PolarityCounts(**s["counts"]),
                    opinions=tuple(opinions[i] for i in s["opinions"]),
                )
                for name, s in data["aspects"].items()
            )
            runs = data["offsets"]
            if runs is not None:
                runs = [(start, raw_start, raw_end) for start, raw_start, raw_end in runs]
            return cls(
                text=CleanText(data["text"], data["source"], runs),
                sentences=tuple(Sentence(**s) for s in data["sentences"]),
                opinions=opinions,
                summaries=summaries,
                score=data["score"],
                polarity=data["polarity"],
            )
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            msg = f"this is not what Review.to_dict() gives: {type(error).__name__}: {error}"
            raise InputValueError(msg) from error

    def __repr__(self) -> str:
        found = ", ".join(f"{s.aspect} {s.polarity} {signed(s.score)}" for s in self.summaries)
        return (
            f"<Review: {self.polarity} {signed(self.score)}; {found or 'no aspect found'}; "
            f"{len(self.opinions)} opinions in {len(self.sentences)} sentences>"
        )

    def __str__(self) -> str:
        rows = [("aspect", "polarity", "score", "places", "because")]
        rows += [
            (s.aspect, s.polarity, signed(s.score), str(len(s.opinions)), _because(s))
            for s in self.summaries
        ]
        rows.append(("overall", self.polarity, signed(self.score), "", ""))
        wide = [max(len(row[column]) for row in rows) for column in range(4)]
        return "\n".join(
            f"{a:<{wide[0]}}  {p:<{wide[1]}}  {s:>{wide[2]}}  {n:>{wide[3]}}  {b}".rstrip()
            for a, p, s, n, b in rows
        )


def signed(score: float) -> str:
    """Write a score with its sign and two decimals."""
    return f"{round(score, 2) + 0.0:+.2f}"  # no "-0.00"


def _as_dict(record: Sentence | Evidence | Opinion) -> dict[str, Any]:
    """Return a dataclass's fields by name, one level deep."""
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _because(summary: AspectSummary) -> str:
    """Return the words that say so: strongest evidence for the verdict first, each once."""
    if summary.polarity == "neutral":
        return ""
    sign = {"positive": 1, "negative": -1}.get(summary.polarity, 0)
    evidence = sorted(
        (e for o in summary.opinions for e in o.evidence if e.weight * sign >= 0),
        key=lambda e: -abs(e.weight),
    )
    words = dict.fromkeys(" ".join(e.text.split()).lower() for e in evidence)
    return ", ".join(list(words)[:_BECAUSE])
