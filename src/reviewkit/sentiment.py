"""What is thought of an aspect in one place, and which words say so.

`score_aspects` asks a `Scorer` about each mention. The scorers that come with the package add up
the valence of the words around the target: those of the target's own clause in full, those beyond
a comma, a contrast or some distance in part, and those after a negator turned round.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from threading import Lock
from typing import NamedTuple

from reviewkit._data import load
from reviewkit.errors import InputTypeError, InputValueError, MissingExtraError
from reviewkit.sentences import checked_sentences, sentence_at
from reviewkit.tokens import Lexicon, phrases, tokenize
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

__all__ = [
    "TextBlobScorer",
    "VaderScorer",
    "checked_scorer",
    "overall_polarity",
    "score_aspects",
    "score_text",
    "summarize",
]

# Fitted by hand on targets of the training part of film_aspects and of the treebank (polarity
# right on 0.78 of the targets, 0.74 with the first guesses); none was fitted on a dev part.
_NEUTRAL = 0.01  # a score nearer to 0 is neutral
_MIXED_FLOOR, _MIXED_RATIO = 0.2, 0.8  # praise and blame this strong and this even are mixed
_DISTANCE = 0.95  # what a valence keeps for each word between it and the target
_COMMA = 0.75  # ... for each comma
_CONTRAST = 0.3  # ... for each contrast, bracket, dash or semicolon; two at most
_WINDOW = 400  # characters on each side of a target that are read
_REACH = 3  # words that a negator or a wish turns
_TURNED = -0.4  # "not good" is less bad than "bad"
_WISHED = -0.5  # "could have been good"
_WISH = -0.2  # the valence of a wish by itself
_BARE = -0.2  # ... of a negator that turns nothing: "no plot"
_QUESTION = -0.15  # ... of a question mark: who asks is seldom pleased
_STRENGTHS = {"intensifiers": 1.3, "diminishers": 0.6}
_SATURATION = 0.5  # a valence sum of its square root scores 0.71
_OVERALL_NEUTRAL = 0.05
_SUMMARY_MIXED = 0.5  # praise and blame of an aspect are mixed from this ratio on
_MOST_EVIDENCE, _LEAST_WEIGHT = 5, 0.01

_CONTRACTED_NOT = "n't"
_BREAKS = frozenset(",;:()[]—–-…")  # marks that part clauses; all but a comma as contrasts do


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
        scorer: how to judge; a `TextBlobScorer` if None.
        sentences: the text's sentences if you have them; `split_sentences` finds them if None.

    Returns:
        One opinion for each mention, in the same order. Its evidence are the words that carry the
        score, strongest first, with the negator that turns them, if any; a weight is how far the
        score would move without what they add to it.

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
    sentences = checked_sentences(text, sentences)
    whole = Sentence(text, 0, len(text))
    opinions = []
    for mention in mentions:
        _check_mention(text, mention)
        place = sentences[sentence_at(sentences, mention.start)] if sentences else whole
        end = max(place.end, mention.end)
        judgement = _judge(scorer, text, min(place.start, mention.start), end, mention)
        opinions.append(
            Opinion(
                aspect=mention.aspect,
                target=mention.target,
                start=mention.start,
                end=mention.end,
                sentence=mention.sentence,
                polarity=judgement.polarity or _polarity(judgement),
                score=judgement.score,
                evidence=judgement.evidence,
            )
        )
    return opinions


def score_text(
    text: str,
    *,
    scorer: Scorer | None = None,
    sentences: Sequence[Sentence] | None = None,
) -> float:
    """Score a text as a whole: the mean over its sentences that judge anything.

    Args:
        text: a phrase, a sentence or a review, as clean text.
        scorer: how to judge; a `TextBlobScorer` if None.
        sentences: the text's sentences if you have them; `split_sentences` finds them if None.

    Returns:
        A score from -1 to 1; 0 if no word of the text judges anything.

    Raises:
        InputTypeError: if an argument has the wrong type.
        InputValueError: if the scorer returns a score outside [-1, 1].

    Example:
        >>> score_text("A wonderful film.") > 0 > score_text("What a boring mess.")
        True
    """
    scorer = checked_scorer(scorer)
    sentences = checked_sentences(text, sentences)
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
    found = Counter[str](opinion.polarity for opinion in opinions)
    counts = PolarityCounts(**found)
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


def _polarity(judgement: Judgement) -> Polarity:
    praise = sum(e.weight for e in judgement.evidence if e.weight > 0)
    blame = -sum(e.weight for e in judgement.evidence if e.weight < 0)
    weaker, stronger = sorted((praise, blame))
    if weaker >= _MIXED_FLOOR and weaker >= _MIXED_RATIO * stronger:
        return "mixed"
    if abs(judgement.score) <= _NEUTRAL:
        return "neutral"
    return "positive" if judgement.score > 0 else "negative"


class _Hit(NamedTuple):
    """Words that judge: the first, one past the last, how they judge, and what turns them."""

    first: int
    stop: int
    valence: float
    negator: int = -1  # the word that turned them, or -1

    @property
    def start(self) -> int:
        """The first word of the evidence: "not good", where "good" alone is the hit."""
        return self.first if self.negator < 0 else self.negator


class _LexiconScorer:
    """Adds up the valence of words; what the words are worth is the subclass's to say."""

    def score(self, text: str, start: int, end: int, target: Mention | None = None) -> Judgement:
        """Judge a sentence or a target in it; see `Scorer.score`."""
        if target is not None:
            start, end = _window(text, start, end, target)
        tokens = tokenize(text, start, end)
        clauses = _Clauses(tokens.words)
        hits = _hits(tokens.words, clauses, self._valences())
        inside = None if target is None else tokens.inside(target.start, target.end)
        if inside is not None:
            hits = [clauses.scope(hit, *inside) for hit in hits]
        total = math.fsum(hit.valence for hit in hits)
        score = _squash(total)
        evidence = []
        for hit in hits:
            weight = score - _squash(total - hit.valence)
            if abs(weight) >= _LEAST_WEIGHT:
                place = tokens.span(hit.start, hit.stop)
                evidence.append(Evidence(text[place[0] : place[1]], *place, weight))
        evidence.sort(key=lambda e: (-abs(e.weight), e.start))
        return Judgement(score, tuple(evidence[:_MOST_EVIDENCE]))

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def _valences(self) -> Lexicon[float]:
        raise NotImplementedError


class TextBlobScorer(_LexiconScorer):
    """Judges by the sentiment lexicon that comes with TextBlob.

    The package adds words of film criticism that the lexicon does not hold, and takes out words
    that judge nothing in a film review, such as ``dead``.

    Source: the lexicon of Pattern (De Smedt and Daelemans 2012) as shipped in TextBlob.

    Example:
        >>> TextBlobScorer().score("Not a good film.", 0, 16).score < 0
        True
    """

    def _valences(self) -> Lexicon[float]:
        return _textblob_valences()


class VaderScorer(_LexiconScorer):
    """Judges by the lexicon of VADER.

    It needs the package vaderSentiment: ``pip install "reviewkit[vader]"``. The package adds and
    takes out the same words as for `TextBlobScorer`, and scopes and negation are its own.

    Raises:
        MissingExtraError: if vaderSentiment is not installed.

    Source: Hutto and Gilbert 2014, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis
    of Social Media Text".
    """

    def __init__(self) -> None:
        _vader_valences()

    def _valences(self) -> Lexicon[float]:
        return _vader_valences()


_DEFAULT_SCORER = TextBlobScorer()
_TEXTBLOB_LOADS = Lock()  # its lexicon fills while it loads


@lru_cache(maxsize=1)
def _textblob_valences() -> Lexicon[float]:
    from textblob.en import sentiment  # noqa: PLC0415 - loaded when needed

    with _TEXTBLOB_LOADS:
        sentiment.load()
        words = list(dict.keys(sentiment))
        return _with_film_words({word: sentiment[word][None][0] for word in words})


@lru_cache(maxsize=1)
def _vader_valences() -> Lexicon[float]:
    try:
        from vaderSentiment.vaderSentiment import (  # noqa: PLC0415 - an extra
            SentimentIntensityAnalyzer,
        )
    except ImportError:
        msg = (
            "VaderScorer needs the package vaderSentiment; install it with "
            "pip install 'reviewkit[vader]'"
        )
        raise MissingExtraError(msg) from None
    largest = 4.0  # VADER's people rated words from -4 to 4
    ratings = SentimentIntensityAnalyzer().lexicon.items()
    return _with_film_words({word: rating / largest for word, rating in ratings})


def _with_film_words(borrowed: Mapping[str, float]) -> Lexicon[float]:
    """Add the words of film criticism; take out those that turn or strengthen others."""
    shifters = {
        phrase for text in load("sentiment.toml")["shift"].values() for phrase in phrases(text)
    }
    valences = {
        phrase: value
        for phrase, value in borrowed.items()
        if phrase.strip() and phrase not in shifters and not phrase.endswith(_CONTRACTED_NOT)
    }
    film = load("sentiment.toml")["valence"]
    valences.update((phrase, float(value)) for value in film for phrase in phrases(film[value]))
    return Lexicon(valences)


@lru_cache(maxsize=1)
def _shifters() -> Lexicon[str]:
    """Return the words that turn, strengthen or weaken others, with what they do."""
    kinds = load("sentiment.toml")["shift"]
    return Lexicon({phrase: kind for kind in kinds for phrase in phrases(kinds[kind])})


@lru_cache(maxsize=1)
def _connectives() -> Lexicon[str]:
    """Return the words that start a clause that speaks for itself, with the kind of clause."""
    kinds = load("sentiment.toml")["scope"]
    return Lexicon({phrase: kind for kind in kinds for phrase in phrases(kinds[kind])})


def _window(text: str, start: int, end: int, target: Mention) -> tuple[int, int]:
    """Return the part of a sentence that is read for a target.

    Words farther away would keep less than a thirtieth of their valence, and the bound keeps time
    linear where one endless sentence holds many targets.
    """
    if target.start - start > _WINDOW:
        start = target.start - _WINDOW
        start = max(start, text.find(" ", start, target.start))
    if end - target.end > _WINDOW:
        end = target.end + _WINDOW
        space = text.rfind(" ", target.end, end)
        end = end if space < 0 else space
    return start, end


class _Clauses:
    """Which clause each word of a sentence stands in.

    `contrasts` and `commas` hold for each word how many contrasts (or brackets, dashes,
    semicolons) and how many commas precede it.
    """

    def __init__(self, words: list[str]) -> None:
        kinds = {first: kind for first, _, kind in _connectives().find(words)}
        breaks = [i for i, word in enumerate(words) if word in _BREAKS or i in kinds]
        before = breaks[0] if breaks else len(words)
        self.contrasts = [0] * before
        self.commas = [0] * before
        contrast = comma = 0
        conceding = False
        for i, stop in pairwise([*breaks, len(words)]):
            if words[i] == ",":
                comma += 1
                contrast += conceding
                conceding = False
            else:
                contrast += 1
                conceding = kinds.get(i) == "concessions"
            self.contrasts += [contrast] * (stop - i)
            self.commas += [comma] * (stop - i)

    def scope(self, hit: _Hit, first: int, last: int) -> _Hit:
        """Return the hit with what is left of its valence at the target, words first to last."""
        if hit.stop <= first:
            near, far = hit.stop - 1, first
        elif hit.first > last:
            near, far = last, hit.first
        else:
            return hit
        kept = (
            _DISTANCE ** (far - near)
            * _COMMA ** (self.commas[far] - self.commas[near])
            * _CONTRAST ** min(2, self.contrasts[far] - self.contrasts[near])
        )
        return hit._replace(valence=hit.valence * kept)


def _hits(words: list[str], clauses: _Clauses, valences: Lexicon[float]) -> list[_Hit]:
    """Return the words that judge, in order, negation and strength counted in."""
    judging = list(valences.find(words))
    inside = {i for first, stop, _ in judging for i in range(first + 1, stop)}
    shifters = [found for found in _shifters().find(words) if found[0] not in inside]
    known = {first for first, _, _ in shifters}
    shifters += [
        (i, i + 1, "negators")
        for i, word in enumerate(words)
        if word.endswith(_CONTRACTED_NOT) and i not in known and i not in inside
    ]
    stops = {first: stop for first, stop, _ in shifters}
    strength = {stop: _STRENGTHS[kind] for _, stop, kind in shifters if kind in _STRENGTHS}
    no_hit = {first for first, _, kind in shifters if kind in _STRENGTHS or kind == "no_negators"}
    negator = _reach(words, clauses, shifters, "negators")
    wish = _reach(words, clauses, shifters, "wishes")
    hits: dict[int, _Hit] = {}
    turned = set()
    for first, stop, valence in judging:
        value = valence * strength.get(first, 1.0)
        if not value or first in no_hit or stops.get(first, stop) > stop:
            continue
        if negator[first] >= 0:
            value *= _TURNED
            turned.add(negator[first])
        if wish[first] >= 0 and value > 0:
            value *= _WISHED
        hits[first] = _Hit(first, stop, max(-1.0, min(1.0, value)), negator[first])
    for first, stop, kind in shifters:
        if kind == "wishes":
            hits.setdefault(first, _Hit(first, stop, _WISH))
        elif kind == "negators" and first not in turned:
            hits.setdefault(first, _Hit(first, stop, _BARE))
    for i, word in enumerate(words):
        if word == "?":
            hits[i] = _Hit(i, i + 1, _QUESTION)
    return [hits[first] for first in sorted(hits)]


def _reach(
    words: list[str], clauses: _Clauses, shifters: list[tuple[int, int, str]], kind: str
) -> list[int]:
    """Return for each word the index of the shifter of that kind that governs it, or -1."""
    governor = [-1] * len(words)
    for first, stop, found in shifters:
        if found == kind:
            for i in range(stop, min(stop + _REACH, len(words))):
                if clauses.contrasts[i] != clauses.contrasts[first]:
                    break
                governor[i] = first
    return governor


def _squash(total: float) -> float:
    """Map a sum of valences to a score between -1 and 1."""
    return total / math.sqrt(total * total + _SATURATION)
