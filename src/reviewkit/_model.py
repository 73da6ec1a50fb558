"""The film model: a small network that reads a review word by word.

`training/` makes it, docs/model.md explains it. `readings` gives, for every word, whether it names
an aspect and what it is worth as praise and blame, and for every sentence which aspects it judges.
"""

from __future__ import annotations

import io
import math
import pkgutil
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain, pairwise
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from reviewkit.errors import ReviewkitError
from reviewkit.tokens import TOKEN, lower
from reviewkit.types import Sentence

__all__ = [
    "ASPECTS",
    "COMMA",
    "CONTRAST",
    "Place",
    "Reading",
    "Unit",
    "overall",
    "readings",
    "row_of",
    "softmax",
]

Floats: TypeAlias = NDArray[np.float32]
Whole: TypeAlias = NDArray[np.intp]

ASPECTS = (
    "acting",
    "plot",
    "music",
    "cinematography",
    "characters",
    "dialogue",
    "direction",
    "effects",
    "editing",
)
_FILE = "film.npz"
_LONGEST = 2_000  # characters read as one sentence; what is longer is read in parts
_CHUNK = 20_000  # characters read at a time
_REMEMBERED = 100_000  # spellings whose rows are kept at hand
CONTRAST, COMMA = 1, 100  # what stands for them among the marks of clauses
_MOST = 20  # log weights above this count alike
_TARGET = -0.4  # log odds from which on a word belongs to a target; the best word always does
_BESIDE = -1.0  # ... if a word beside it does
_SHORT = 60  # words of a review whose verdict and whose sentences count alike
_CANDIDATES = 3  # words that are left out in turn, to see how far each moves the score
_LIKELY = 0.3  # ... if they promise this share of what the first of them does
_SURELY = 0.05  # the attention that every word gets when these are chosen
_NEAR = 3  # words on each side that a word's vector depends on
_CLOSEST = 2  # clauses farther apart than this count alike


class Unit(NamedTuple):
    """A sentence, or a part of one that is very long: its number and its span."""

    sentence: int
    start: int
    end: int


class Place(NamedTuple):
    """Where an aspect is judged or named: words from `first` up to `stop`."""

    sentence: int
    aspect: int
    first: int
    stop: int


def row_of(word: str, known: Mapping[str, int], suffixes: int) -> int:
    """Return the row of a word; unknown ones share rows with those that end alike."""
    row = known.get(word)
    if row is None:
        likeness = "0" if word[0].isdigit() else word[-3:]
        code = zlib.crc32(likeness.encode("utf-8", "surrogatepass"))
        row = 1 + len(known) + code % suffixes
    return row


class _Rows(dict[str, int]):
    """The row of each spelling, twice, and one more if it begins with a capital."""

    def __init__(self, words: list[str], suffixes: int) -> None:
        super().__init__()
        self.known = {word: row for row, word in enumerate(words, 1)}
        self.suffixes = suffixes

    def __missing__(self, spelling: str) -> int:
        word = lower(spelling)
        row = 2 * row_of(word, self.known, self.suffixes) + spelling[0].isupper()
        if len(self) < _REMEMBERED:
            self[spelling] = row
        return row


def _data() -> bytes:
    data = pkgutil.get_data("reviewkit._data", _FILE)
    if data is None:  # pragma: no cover - only a loader that cannot read data files
        msg = f"the data file {_FILE} cannot be read; install reviewkit anew"
        raise ReviewkitError(msg)
    return data


class _Network:
    """The weights, laid out for reading."""

    def __init__(self) -> None:
        with np.load(io.BytesIO(_data())) as stored:
            held = {name: stored[name] for name in stored.files}
        words = held["words"].tobytes().decode().split("\n")
        embed = held["embed"].astype(np.float32) * held["embed_scale"].astype(np.float32)[:, None]
        weights = {
            name: value.astype(np.float32)
            for name, value in held.items()
            if value.dtype.kind == "f" and not name.startswith("embed")
        }
        self.size = embed.shape[1]
        self.rows = _Rows(words, len(embed) - 1 - len(words))
        articles = [self.rows[word] >> 1 for word in ("the", "a", "an")]
        self.article = np.isin(np.arange(len(embed)), articles)
        # What a word adds to the one after it, to itself and to the one before it.
        self.near = embed @ weights["near"]
        self.capital = weights["capital"] @ weights["near"]
        self.clause = held["clause"]
        self.near_bias = weights["near_bias"]
        self.wide, self.wide_bias = weights["wide"], weights["wide_bias"]
        self.whole = weights["whole"]
        self.heads, self.heads_bias = weights["heads"], weights["heads_bias"]
        self.found_bias = weights["found_bias"]
        self.distance = weights["distance"].T  # (2 * reach + 1, heads)
        self.contrasts, self.commas = weights["contrasts"].T, weights["commas"].T
        self.sentence_bias, self.review_bias = weights["bias"]
        self.reach, self.attention = len(self.distance) // 2, self.distance.shape[1]
        self.mix, self.mix_bias = weights["mix"], weights["mix_bias"]
        self.judge, self.judge_bias = weights["judge"], weights["judge_bias"]
        self.alone = weights["alone"]  # how far a word by itself is from neither praise nor blame
        n = len(ASPECTS)
        query, value, own = held["parts"].tolist()
        self.key = query // self.attention
        ends = np.cumsum([n, n, query, query, value, own, 3, 1, 1, 1]).tolist()
        self.parts = [slice(*ends) for ends in pairwise([0, *ends])]


@cache
def _network() -> _Network:
    return _Network()


class Words:
    """What the network says of some words.

    Args:
        codes: twice the row of each word, and one more if it begins with a capital.
        sizes: how many words each sentence has.
        before: the means of the sentence before each; those before in `codes` if None.

    Attributes:
        starts: the first word of each sentence, and one past the last word of all.
        found: (sentences, aspects): log odds that the aspect is judged or named there.
        target: (words, aspects): log odds that the word belongs to a target.
        sentence: (sentences, 3): log weights of blame, neither and praise.
        verdict: the log odds of praise of all: a weighted sum over words, and its weight.
    """

    def __init__(self, codes: Whole, sizes: Whole, before: Floats | None = None) -> None:
        network = _network()
        self._codes = codes
        self.starts = np.concatenate(([0], np.cumsum(sizes)))
        self._unit = np.repeat(np.arange(len(sizes)), sizes)
        clause = network.clause[codes >> 1]
        self._contrasts = np.cumsum(clause == CONTRAST)
        self._commas = np.cumsum(clause == COMMA)
        out = self._hidden(network, sizes, before) @ network.heads
        out += network.heads_bias
        (
            token,
            self.target,
            self._query,
            self._key,
            self._value,
            self._own,
            whole,
            pull,
            pull_review,
            review,
        ) = (out[:, part] for part in network.parts)
        self.target[network.article[codes >> 1]] = -_MOST  # no part of a target
        begins = self.starts[:-1]
        says = np.add.reduceat(np.exp(np.minimum(token, _MOST)), begins, axis=0)
        self.found = np.log(says + 1e-6) + network.found_bias
        pull = np.exp(np.minimum(pull, _MOST))
        share = np.add.reduceat(pull, begins)
        self.sentence = np.add.reduceat(whole * pull, begins) / share + network.sentence_bias
        pull = np.exp(np.minimum(pull_review, _MOST))
        self.verdict = float(np.vdot(pull, review)), float(pull.sum())

    def _hidden(self, network: _Network, sizes: Whole, before: Floats | None) -> Floats:
        """Return a vector for each word."""
        size, rows = network.size, self._codes >> 1
        gathered = network.near[rows]
        gathered[self._codes & 1 == 1] += network.capital
        near = gathered[:, size : 2 * size] + network.near_bias
        near[1:] += gathered[:-1, :size]
        near[:-1] += gathered[1:, 2 * size :]
        np.maximum(near, 0, out=near)
        near[rows == 0] = 0
        means = np.zeros((len(sizes), 2 * size), np.float32)
        means[:, :size] = np.add.reduceat(near, self.starts[:-1], axis=0) / sizes[:, None]
        if before is None:
            means[1:, size:] = means[:-1, :size]
        else:
            means[:, size:] = before
        self._before = means[:, size:]
        stacked = np.zeros((len(rows), 3 * size), np.float32)
        stacked[2:, :size] = near[:-2]
        stacked[:, size : 2 * size] = near
        stacked[:-2, 2 * size :] = near[2:]
        wide: Floats = stacked @ network.wide
        wide += np.repeat(means @ network.whole + network.wide_bias, sizes, axis=0)
        np.maximum(wide, 0, out=wide)
        wide += near
        return wide

    def __len__(self) -> int:
        """Return how many words were read."""
        return len(self._unit)

    def local(self, asked: Sequence[int]) -> tuple[Floats, Floats, Whole]:
        """Return what is thought of some words, and to what they listen.

        Returns:
            (words, 3), log weights of blame, neither and praise; and (words, width), the share of
            attention for each word around them, 0 outside the sentence, with its number.
        """
        network = _network()
        at = np.asarray(asked, np.intp)
        unit, many = self._unit[at], len(at)
        farthest = np.maximum(at - self.starts[unit], self.starts[unit + 1] - 1 - at)
        reach = min(network.reach, int(farthest.max()))
        wide = 2 * reach + 1
        near = at[:, None] + np.arange(-reach, reach + 1)
        here = (near >= self.starts[unit][:, None]) & (near < self.starts[unit + 1][:, None])
        np.minimum(near, len(self) - 1, out=near)  # below 0 it counts from the end; not here
        heads, key = network.attention, network.key
        query = self._query[at].reshape(-1, 1, heads, key)
        pull = (query * self._key[near].reshape(many, wide, heads, key)).sum(3) / key**0.5
        pull += network.distance[network.reach - reach : network.reach + reach + 1]
        contrasts = self._contrasts[near] - (self._contrasts[at] - _CLOSEST)[:, None]
        pull += network.contrasts.take(contrasts, axis=0, mode="clip")
        commas = self._commas[near] - (self._commas[at] - _CLOSEST)[:, None]
        pull += network.commas.take(commas, axis=0, mode="clip")
        pull[~here] = -np.inf
        pull = np.exp(pull - pull.max(1, keepdims=True))
        pull /= pull.sum(1, keepdims=True)
        value = self._value[near].reshape(many, wide, heads, -1)
        heard = np.matmul(pull.transpose(0, 2, 1)[:, :, None], value.transpose(0, 2, 1, 3))[:, :, 0]
        praise, weight = self.verdict
        verdict = np.full((many, 1), praise / weight + network.review_bias[0], np.float32)
        parts = (heard.reshape(many, -1), self._own[at], self.sentence[self._unit[at]], verdict)
        mixed = np.concatenate(parts, axis=1) @ network.mix + network.mix_bias
        logits = np.maximum(mixed, 0) @ network.judge + network.judge_bias
        return logits, pull.mean(2), near


class Reading(Words):
    """What the model says of the words and sentences of a stretch of text.

    Attributes:
        units: the sentences read, those that hold a word.
    """

    def __init__(self, text: str, units: Sequence[Unit]) -> None:
        rows = _network().rows
        self.text = text
        parts = [TOKEN.findall(text, start, end) for _, start, end in units]
        self.units = [unit for unit, words in zip(units, parts, strict=True) if words]
        codes = np.array(list(map(rows.__getitem__, chain.from_iterable(parts))), np.intp)
        super().__init__(codes, np.array([len(words) for words in parts if words], np.intp))
        self._spans: dict[int, list[tuple[int, int]]] = {}

    def places(self) -> Iterator[Place]:
        """Yield where an aspect is judged or named."""
        for unit, aspect in zip(*map(np.ndarray.tolist, np.nonzero(self.found > 0)), strict=True):
            first, stop = int(self.starts[unit]), int(self.starts[unit + 1])
            odds = self.target[first:stop, aspect].tolist()
            surely = min(_TARGET, max(odds))
            number = self.units[unit].sentence
            begin = -1
            for i, odd in enumerate([*odds, -math.inf]):
                if odd < min(surely, _BESIDE):
                    if begin >= 0 and max(odds[begin:i]) >= surely:
                        yield Place(number, aspect, first + begin, first + i)
                    begin = -1
                elif begin < 0:
                    begin = i

    def _unit_spans(self, unit: int) -> list[tuple[int, int]]:
        spans = self._spans.get(unit)
        if spans is None:
            _, start, end = self.units[unit]
            spans = [match.span() for match in TOKEN.finditer(self.text, start, end)]
            self._spans[unit] = spans
        return spans

    def span(self, first: int, stop: int) -> tuple[int, int]:
        """Return where words stand in the text; they must be of one unit."""
        unit = int(self._unit[first])
        spans, begin = self._unit_spans(unit), int(self.starts[unit])
        return spans[first - begin][0], spans[stop - 1 - begin][1]

    def word_at(self, unit: int, start: int, end: int) -> int:
        """Return the word of a unit that stands for a target, given its span in the text."""
        spans = self._unit_spans(unit)
        inside = [i for i, span in enumerate(spans) if span[0] < end and span[1] > start]
        word = int(self.starts[unit]) + (inside[0] if inside else 0)
        if len(inside) > 1:
            word += int(self.target[word : word + len(inside)].max(1).argmax())
        return word

    def likely(self, heard: Floats, near: Whole) -> list[tuple[int, int]]:
        """Return (place among the asked, word) of the words that may move what is thought of them.

        They are the ones that are heard and say much by themselves, at most `_CANDIDATES` each.
        """
        likely = (heard + _SURELY) * _network().alone[self._codes[near] >> 1] * (heard > 0)
        likely[:, heard.shape[1] // 2] = 0  # the target itself
        best = np.argsort(-likely, axis=1)[:, :_CANDIDATES]
        rows = np.arange(len(near))[:, None]
        odds, words = likely[rows, best], near[rows, best]
        chosen = odds > np.maximum(_LIKELY * odds[:, :1], 0)
        places = np.nonzero(chosen)[0].tolist()
        return list(zip(places, words[chosen].tolist(), strict=True))

    def without(self, asked: Sequence[int], left_out: Sequence[int]) -> Floats:
        """Return what is thought of words if another word of their sentence is left out."""
        codes: list[int] = []
        sizes: list[int] = []
        units: list[int] = []
        begins: dict[int, int] = {}  # of the sentence without a word, by that word
        again: list[int] = []
        mine = self._codes.tolist()
        for word, gone in zip(asked, left_out, strict=True):
            unit = int(self._unit[word])
            first, stop = int(self.starts[unit]), int(self.starts[unit + 1])
            if gone not in begins:
                before, after = mine[max(0, first - _NEAR) : first], mine[stop : stop + _NEAR]
                codes += [0] * (_NEAR - len(before)) + before
                begins[gone] = len(codes)
                codes += mine[first:gone] + mine[gone + 1 : stop]
                codes += after + [0] * (_NEAR - len(after))
                sizes += [_NEAR, stop - first - 1, _NEAR]
                units.append(unit)
            again.append(begins[gone] + word - first - (word > gone))
        means = np.zeros((len(sizes), self._before.shape[1]), np.float32)
        means[1::3] = self._before[units]
        other = Words(np.array(codes, np.intp), np.array(sizes, np.intp), means)
        other.verdict = self.verdict
        return other.local(again)[0]


def overall(text: str, sentences: Sequence[Sentence]) -> float:
    """Return the score of a text as a whole, from -1 to 1.

    The verdict on the review counts for more the longer it is, the mean of its sentences for less.
    """
    praise = weight = 0.0
    words = 0
    signs: list[Floats] = []
    for reading in readings(text, sentences):
        praise += reading.verdict[0]
        weight += reading.verdict[1]
        words += len(reading)
        signs.append(reading.sentence)
    if not words:
        return 0.0
    shares = softmax(np.concatenate(signs))
    mean = float((shares[:, 2] - shares[:, 0]).mean())
    if len(shares) == 1:
        return mean
    verdict = float(np.tanh((praise / weight + _network().review_bias[0]) / 2))
    return (_SHORT * mean + words * verdict) / (_SHORT + words)


def softmax(logits: Floats) -> Floats:
    """Return shares of 1 along the last axis."""
    raised: Floats = np.exp(logits - logits.max(-1, keepdims=True))
    raised /= raised.sum(-1, keepdims=True)
    return raised


def _units(text: str, sentences: Sequence[tuple[int, int]]) -> Iterator[Unit]:
    for number, (start, end) in enumerate(sentences):
        at = start
        while end - at > _LONGEST:
            cut = text.rfind(" ", at + 1, at + _LONGEST)
            cut = cut if cut > 0 else at + _LONGEST
            yield Unit(number, at, cut)
            at = cut
        yield Unit(number, at, end)


def readings(text: str, sentences: Sequence[Sentence]) -> Iterator[Reading]:
    """Read a text, some sentences at a time, so that memory stays small."""
    spans = tuple((s.start, s.end) for s in sentences)
    if spans and spans[-1][1] - spans[0][0] <= _CHUNK:
        yield _remembered(text, spans)
        return
    chunk: list[Unit] = []
    for unit in _units(text, spans):
        if chunk and unit.end - chunk[0].start > _CHUNK:
            yield Reading(text, chunk)
            chunk = []
        chunk.append(unit)
    if chunk:
        yield Reading(text, chunk)


@lru_cache(maxsize=4)
def _remembered(text: str, spans: tuple[tuple[int, int], ...]) -> Reading:
    """Read a short text; who extracts, scores and sums up one after the other reads it once."""
    return Reading(text, [*_units(text, spans)])
