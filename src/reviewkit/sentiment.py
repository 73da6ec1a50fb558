"""What is thought of an aspect in one place, and which words say so.

`score_aspects` asks a `Scorer` about each mention. `FilmScorer`, the default, is the trained model.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from reviewkit.errors import InputTypeError, InputValueError
from reviewkit.sentences import checked_sentences, sentence_at
from reviewkit.types import (
    AspectSummary,
    Evidence,
    Judgement,
    Mention,
    Opinion,
    Polarity,
    PolarityCounts,
    Scorer,
    Sentence,
)

if TYPE_CHECKING:
    from reviewkit._model import Reading

__all__ = [
    "FilmScorer",
    "checked_scorer",
    "overall_polarity",
    "polarity_of_shares",
    "score_aspects",
    "score_text",
    "summarize",
]

_NEUTRAL = 0.01  # a score nearer to 0 is neutral, unless the scorer says otherwise
_OVERALL_NEUTRAL = 0.05
_SUMMARY_MIXED = 0.5  # praise and blame of an aspect are mixed from this ratio on
_MIXED = 0.48  # the least share of both praise and blame where an opinion is mixed
_AT_ONCE = 256  # targets judged at a time, so that memory stays small
_DECIMALS = 6  # of scores and weights: fewer than processors agree on


def score_aspects(
    text: str,
    mentions: Iterable[Mention],
    *,
    scorer: Scorer | None = None,
    sentences: Sequence[Sentence] | None = None,
) -> list[Opinion]:
    """Judge each mention of an aspect.

    Args:
        text: the text that the mentions were found in.
        mentions: what `extract_aspects` found, or your own.
        scorer: how to judge; a `FilmScorer` if None.
        sentences: the text's sentences if you have them; `split_sentences` finds them if None.

    Returns:
        One opinion for each mention, in the same order. Its evidence are the words that carry the
        score, strongest first. What a weight says is the scorer's: see `FilmScorer` and
        `TextBlobScorer`.

    Raises:
        InputTypeError: if an argument has the wrong type.
        InputValueError: if a mention's target does not stand in the text at its offsets, or the
            scorer returns a score outside [-1, 1].

    Example:
        >>> from reviewkit import extract_aspects
        >>> text = "The cast is superb, but the story never convinces."
        >>> for opinion in score_aspects(text, extract_aspects(text)):
        ...     print(opinion.target, opinion.polarity, [e.text for e in opinion.evidence][:1])
        cast positive ['superb']
        story negative ['never']
    """
    scorer = checked_scorer(scorer)
    sentences = checked_sentences(text, sentences) or [Sentence(text, 0, len(text))]
    mentions = [*mentions]
    for mention in mentions:
        _check_mention(text, mention)
    if isinstance(scorer, FilmScorer):
        judgements = scorer.score_all(text, sentences, mentions)
    else:
        judgements = [_judge(scorer, text, *_around(sentences, m), m) for m in mentions]
    return [
        Opinion(
            aspect=mention.aspect,
            target=mention.target,
            start=mention.start,
            end=mention.end,
            sentence=mention.sentence,
            polarity=judgement.polarity or _polarity(judgement.score),
            score=judgement.score,
            evidence=judgement.evidence,
        )
        for mention, judgement in zip(mentions, judgements, strict=True)
    ]


def score_text(
    text: str,
    *,
    scorer: Scorer | None = None,
    sentences: Sequence[Sentence] | None = None,
) -> float:
    """Score a text as a whole.

    Args:
        text: a phrase, a sentence or a review, as clean text.
        scorer: how to judge; a `FilmScorer` if None.
        sentences: the text's sentences if you have them; `split_sentences` finds them if None.

    Returns:
        A score from -1 to 1; 0 for an empty text.

    Raises:
        InputTypeError: if an argument has the wrong type.
        InputValueError: if the scorer returns a score outside [-1, 1].

    Example:
        >>> score_text("A wonderful film.") > 0 > score_text("What a boring mess.")
        True
    """
    scorer = checked_scorer(scorer)
    sentences = checked_sentences(text, sentences)
    if isinstance(scorer, FilmScorer):
        return scorer.score_whole(text, sentences)
    scores = [_judge(scorer, text, s.start, s.end, None).score for s in sentences]
    told = [score for score in scores if score]
    return math.fsum(told) / len(told) if told else 0.0


def overall_polarity(score: float) -> Polarity:
    """Return the verdict that an overall score stands for."""
    if abs(score) < _OVERALL_NEUTRAL:
        return "mixed" if score else "neutral"
    return "positive" if score > 0 else "negative"


def summarize(opinions: Iterable[Opinion]) -> dict[str, AspectSummary]:
    """Sum up what is thought of each aspect.

    Args:
        opinions: opinions of one review, or of many.

    Returns:
        A summary for each aspect that there is an opinion on, in the order in which they first
        occur. Its score is the mean of the opinions that are not neutral. Its polarity is the
        side with the larger sum of scores, and ``"mixed"`` if the other side has half as much or
        most opinions are mixed.

    Raises:
        InputTypeError: if something is not an `Opinion`.

    Example:
        >>> from reviewkit import analyze
        >>> summary = summarize(analyze("Superb music. The songs are great.").opinions)["music"]
        >>> summary.polarity, summary.counts.positive
        ('positive', 2)
    """
    groups: dict[str, list[Opinion]] = {}
    for opinion in opinions:
        if not isinstance(opinion, Opinion):
            msg = f"opinions must be Opinion objects, got {type(opinion).__name__}: {opinion!r:.60}"
            raise InputTypeError(msg)
        groups.setdefault(opinion.aspect, []).append(opinion)
    return {aspect: _summary(aspect, group) for aspect, group in groups.items()}


def _summary(aspect: str, opinions: list[Opinion]) -> AspectSummary:
    found: list[str] = [opinion.polarity for opinion in opinions]
    counts = PolarityCounts(*map(found.count, PolarityCounts._fields))
    scores = [opinion.score for opinion in opinions if opinion.polarity != "neutral"]
    praise = math.fsum(score for score in scores if score > 0)
    blame = -math.fsum(score for score in scores if score < 0)
    polarity: Polarity
    if not scores:
        polarity = "neutral"
    elif 2 * counts.mixed > len(scores) or min(praise, blame) >= _SUMMARY_MIXED * max(
        praise, blame
    ):
        polarity = "mixed"
    else:
        polarity = "positive" if praise > blame else "negative"
    score = math.fsum(scores) / len(scores) if scores else 0.0
    return AspectSummary(aspect, polarity, score, counts, tuple(opinions))


def checked_scorer(scorer: Scorer | None) -> Scorer:
    """Return the scorer, or the default one for None.

    Raises:
        InputTypeError: if it is no scorer.
    """
    if scorer is None:
        return _DEFAULT_SCORER
    if isinstance(scorer, type) or not isinstance(scorer, Scorer):
        msg = (
            f"scorer must be an object with a method score(text, start, end, target), "
            f"such as TextBlobScorer(); got {scorer!r:.60}"
        )
        raise InputTypeError(msg)
    return scorer


def _check_mention(text: str, mention: Mention) -> None:
    if not isinstance(mention, Mention):
        msg = f"mentions must be Mention objects, got {type(mention).__name__}: {mention!r:.60}"
        raise InputTypeError(msg)
    found = text[max(0, mention.start) : mention.end]
    if found != mention.target:
        msg = (
            f"the text has {found!r:.60} at {mention.start}:{mention.end}, not the target "
            f"{mention.target!r:.60}; score a mention with the text that it was found in"
        )
        raise InputValueError(msg)


def _judge(scorer: Scorer, text: str, start: int, end: int, target: Mention | None) -> Judgement:
    judgement = scorer.score(text, start, end, target)
    if not isinstance(judgement, Judgement):
        msg = f"{scorer!r:.60} must return a Judgement, returned {judgement!r:.60}"
        raise InputTypeError(msg)
    if not -1 <= judgement.score <= 1:
        msg = f"{scorer!r:.60} must return a score from -1 to 1, returned {judgement.score!r}"
        raise InputValueError(msg)
    return judgement


def _around(sentences: Sequence[Sentence], mention: Mention) -> tuple[int, int]:
    """Return the span of the sentence that a mention stands in, wide enough to hold it."""
    place = sentences[sentence_at(sentences, mention.start)]
    return min(place.start, mention.start), max(place.end, mention.end)


def _polarity(score: float) -> Polarity:
    if abs(score) <= _NEUTRAL:
        return "neutral"
    return "positive" if score > 0 else "negative"


class FilmScorer:
    """Judges by the model that ships in the package, trained on film reviews.

    `score_aspects` and `score_text` show it a text as a whole, so that each sentence is read with
    the one before; `score` reads a sentence by itself. A piece of evidence is a word that moves the
    score, but no article, form of "be" or mark; its weight is the model's estimate of what the word
    adds to the log odds of praise over blame, x, as tanh(x/2). The score of a target is calibrated:
    the share of praise less that of blame among such opinions, within 2.4 % of the range on average
    over the dev reviews. The score of a review of some length is mostly a verdict on all its words,
    that of a short one mostly the mean of its sentences.

    Example:
        >>> FilmScorer().score("Not a good film.", 0, 16).score < 0
        True

    Source: `training/` in the repository; see the model card in the documentation.
    """

    def score(self, text: str, start: int, end: int, target: Mention | None = None) -> Judgement:
        """Judge a sentence or a target in it; see `Scorer.score`."""
        alone = [Sentence(text[start:end], start, end)]
        if target is not None:
            (judgement,) = self.score_all(text, alone, [target])
            return judgement
        return Judgement(self.score_whole(text, alone))

    def score_all(
        self, text: str, sentences: Sequence[Sentence], mentions: Sequence[Mention]
    ) -> list[Judgement]:
        """Judge all mentions of a text at once."""
        from reviewkit._model import readings  # noqa: PLC0415 - numpy is loaded when needed

        waiting = deque(sorted(range(len(mentions)), key=lambda i: mentions[i].start))
        judgements = [Judgement(0.0, (), "neutral")] * len(mentions)
        for reading in readings(text, sentences):
            here = []
            for number, unit in enumerate(reading.units):
                while waiting and mentions[waiting[0]].start < unit.end:
                    mention = mentions[waiting[0]]
                    word = reading.word_at(number, mention.start, mention.end)
                    here.append((waiting.popleft(), word))
            for at in range(0, len(here), _AT_ONCE):
                numbers, words = zip(*here[at : at + _AT_ONCE], strict=True)
                for i, judgement in zip(numbers, _judgements(reading, words), strict=True):
                    judgements[i] = judgement
        return judgements

    def score_whole(self, text: str, sentences: Sequence[Sentence]) -> float:
        """Score a text as a whole."""
        from reviewkit._model import overall  # noqa: PLC0415 - numpy is loaded when needed

        return round(overall(text, sentences), _DECIMALS)

    def __repr__(self) -> str:
        return "FilmScorer()"


_DEFAULT_SCORER = FilmScorer()


def _judgements(reading: Reading, words: Sequence[int]) -> list[Judgement]:
    """Judge the targets that these words stand for."""
    from reviewkit._model import softmax  # noqa: PLC0415 - numpy is loaded when needed

    logits, found = reading.local(words)
    judgements = []
    for (blame, neither, praise), movers in zip(softmax(logits).tolist(), found, strict=True):
        evidence = []
        for word, odds in movers:
            start, end = reading.span(word, word + 1)
            weight = round(math.tanh(odds / 2), _DECIMALS)
            evidence.append(Evidence(reading.text[start:end], start, end, weight))
        polarity = polarity_of_shares(blame, neither, praise)
        judgements.append(Judgement(round(praise - blame, _DECIMALS), tuple(evidence), polarity))
    return judgements


def polarity_of_shares(blame: float, neither: float, praise: float) -> Polarity:
    """Return the polarity of a target, given the shares of blame, neither and praise."""
    if neither >= max(blame, praise):
        return "neutral"
    if min(blame, praise) > _MIXED:
        return "mixed"
    return "positive" if praise > blame else "negative"
