"""Scorers that add up the valence of words: TextBlob's and VADER's lexicons, with scopes.

The words of the target's own clause count in full, those beyond a comma, a contrast or some
distance in part, and those after a negator are turned round.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

from reviewkit._data import load
from reviewkit.clauses import Clauses
from reviewkit.errors import MissingExtraError
from reviewkit.tokens import Lexicon, phrases, tokenize
from reviewkit.types import Evidence, Judgement, Mention, Polarity

__all__ = ["TextBlobScorer", "VaderScorer"]

# Fitted by hand on targets of the training part of film_aspects and of the treebank (polarity
# right on 0.78 of the targets, 0.74 with the first guesses); none was fitted on a dev part.
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
_MOST_EVIDENCE, _LEAST_WEIGHT = 5, 0.01

_CONTRACTED_NOT = "n't"


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
        clauses = Clauses(tokens.words)
        hits = _hits(tokens.words, clauses, self._valences())
        inside = None if target is None else tokens.inside(target.start, target.end)
        if inside is not None:
            hits = [_scoped(hit, clauses, *inside) for hit in hits]
        total = math.fsum(hit.valence for hit in hits)
        score = _squash(total)
        evidence = []
        for hit in hits:
            weight = score - _squash(total - hit.valence)
            if abs(weight) >= _LEAST_WEIGHT:
                place = tokens.span(hit.start, hit.stop)
                evidence.append(Evidence(text[place[0] : place[1]], *place, weight))
        evidence.sort(key=lambda e: (-abs(e.weight), e.start))
        shown = tuple(evidence[:_MOST_EVIDENCE])
        return Judgement(score, shown, _mixed(shown))

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def _valences(self) -> Lexicon[float]:
        raise NotImplementedError


class TextBlobScorer(_LexiconScorer):
    """Judges by the sentiment lexicon that comes with TextBlob.

    The package adds words of film criticism that the lexicon does not hold, and takes out words
    that judge nothing in a film review, such as ``dead``. Evidence holds the negator that turns a
    word; a weight is how far the score would move without what it adds. The score of a text is the
    mean over its sentences that judge anything.

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


def _scoped(hit: _Hit, clauses: Clauses, first: int, last: int) -> _Hit:
    """Return the hit with what is left of its valence at the target, words first to last."""
    if hit.stop <= first:
        near, far = hit.stop - 1, first
    elif hit.first > last:
        near, far = last, hit.first
    else:
        return hit
    kept = (
        _DISTANCE ** (far - near)
        * _COMMA ** (clauses.commas[far] - clauses.commas[near])
        * _CONTRAST ** min(2, clauses.contrasts[far] - clauses.contrasts[near])
    )
    return hit._replace(valence=hit.valence * kept)


def _hits(words: list[str], clauses: Clauses, valences: Lexicon[float]) -> list[_Hit]:
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
    words: list[str], clauses: Clauses, shifters: list[tuple[int, int, str]], kind: str
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


def _mixed(evidence: tuple[Evidence, ...]) -> Polarity | None:
    """Return "mixed" if praise and blame are strong and even, or else leave it to the score."""
    praise = sum(e.weight for e in evidence if e.weight > 0)
    blame = -sum(e.weight for e in evidence if e.weight < 0)
    weaker, stronger = sorted((praise, blame))
    mixed = weaker >= _MIXED_FLOOR and weaker >= _MIXED_RATIO * stronger
    return "mixed" if mixed else None


def _squash(total: float) -> float:
    """Map a sum of valences to a score between -1 and 1."""
    return total / math.sqrt(total * total + _SATURATION)
