"""The film model: a small network that reads a review word by word.

`training/` makes it, docs/model.md explains it. `readings` gives, for every word, whether it names
an aspect and what it is worth as praise and blame, and for every sentence which aspects it judges.
"""

from __future__ import annotations

import io
import math
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import accumulate, chain, pairwise
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from reviewkit._data import read
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
_MOST_ODDS = 8.0  # log odds of an aspect beyond this count alike for the sentences around
_ALONE = 200_000  # products that OpenBLAS computes in one thread: it asks for more than 262,144
_MOST = 20  # log weights above this count alike
_TARGET = -0.4  # log odds from which on a word belongs to a target; the best word always does
_BESIDE = -1.0  # ... if a word beside it does
_SHORT = 60  # words of a review whose verdict and whose sentences count alike
_MOST_EVIDENCE = 3  # words named as evidence for a target
_LEAST_MOVED = 0.5  # ... if they move the log odds of praise over blame so far
_LEAST_HEARD = 1e-3  # attention below this counts alike
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


class _Network:
    """The weights, laid out for reading."""

    def __init__(self) -> None:
        with np.load(io.BytesIO(read(_FILE))) as stored:
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
        self.near[:, self.size : 2 * self.size] += weights["near_bias"]
        self.capital = weights["capital"] @ weights["near"]
        self.clause = held["clause"]
        self.wide, self.wide_bias = weights["wide"], weights["wide_bias"]
        self.whole = weights["whole"]
        n = len(ASPECTS)
        self.heads = weights["distance"].shape[0]
        query, value, own, movers = held["parts"].tolist()
        sizes = {
            "found": n,
            "target": n,
            "query": query,
            "key": query,
            "value": value,
            "own": own,
            "whole": 3,
            "pull": 1,
            "pull_review": 1,
            "review": 1,
            "context": movers,
        }
        ends = np.cumsum([*sizes.values()]).tolist()
        part = {name: slice(*both) for name, both in zip(sizes, pairwise([0, *ends]), strict=True)}
        every, bias = weights["heads"], weights["heads_bias"]
        every[:, part["query"]] /= (query // self.heads) ** 0.5
        bias[part["query"]] /= (query // self.heads) ** 0.5
        self.for_words = _Part(every, bias, [part[name] for name in _FOR_WORDS])
        self.for_targets = _Part(every, bias, [part["query"], part["own"]])
        width = {name: sizes[name] for name in _FOR_WORDS}
        ends = np.cumsum([*width.values()]).tolist()
        self.at = {name: slice(*x) for name, x in zip(width, pairwise([0, *ends]), strict=True)}
        self.found_bias = weights["found_bias"]
        self.distance = weights["distance"].T  # (2 * reach + 1, heads)
        self.reach = len(self.distance) // 2
        self.contrasts, self.commas = weights["contrasts"].T, weights["commas"].T
        # Which head each number of a query, and of what is heard, belongs to.
        self.head_of_query = np.arange(query), np.arange(query) * self.heads // query
        self.head_of_value = np.arange(value) * self.heads // value, np.arange(value)
        self.sentence_bias, self.review_bias = weights["bias"]
        self.no_signs = softmax(self.sentence_bias)  # of the sentence before the first
        self.again, self.again_bias = weights["again"], weights["again_bias"]
        self.again_out, self.again_rest = weights["again_out"], weights["again_rest"]
        self.mix, self.mix_bias = weights["mix"], weights["mix_bias"]
        self.judge, self.judge_bias = weights["judge"], weights["judge_bias"]
        self.mover_word = embed @ weights["mover_word"]
        self.mover_target, self.mover_bias = weights["mover_target"], weights["mover_bias"]
        self.mover_heard, self.mover_out = weights["mover_heard"], weights["mover_out"]
        self.mover_rest, self.unheard = weights["mover_rest"].tolist()


_FOR_WORDS = (
    *("found", "pull", "pull_review", "whole", "review"),  # summed up over a sentence
    *("target", "context", "key", "value"),
)


def _times(values: Floats, weights: Floats) -> Floats:
    """Multiply matrices in pieces so small that BLAS does not wake other threads for them.

    They would cost more than they bring, many times more where other processes need the cores.
    """
    inner, columns = weights.shape
    rows = max(1, _ALONE // weights.size)
    whole = len(values) // rows
    out = np.empty((len(values), columns), np.float32)
    np.matmul(
        values[: whole * rows].reshape(whole, rows, inner),
        weights,
        out=out[: whole * rows].reshape(whole, rows, columns),
    )
    np.matmul(values[whole * rows :], weights, out=out[whole * rows :])
    return out


class _Part:
    """Some columns of a layer."""

    def __init__(self, weights: Floats, bias: Floats, columns: Sequence[slice]) -> None:
        self.weights = np.concatenate([weights[:, some] for some in columns], axis=1)
        self.bias = np.concatenate([bias[some] for some in columns])

    def __call__(self, hidden: Floats) -> Floats:
        out = _times(hidden, self.weights)
        out += self.bias
        return out


@cache
def _network() -> _Network:
    return _Network()


class Reading:
    """What the model says of the words and sentences of a stretch of text.

    Attributes:
        units: the sentences read, those that hold a word.
        starts: the first word of each, and one past the last word of all.
        found: (units, aspects): log odds that the aspect is judged or named there.
        target: (words, aspects): log odds that the word belongs to a target.
        sentence: (units, 3): log weights of blame, neither and praise.
        verdict: the log odds of praise of all: a weighted sum over words, and its weight.
    """

    def __init__(self, text: str, units: Sequence[Unit]) -> None:
        network = _network()
        self.text = text
        parts = [TOKEN.findall(text, start, end) for _, start, end in units]
        self.units = [unit for unit, words in zip(units, parts, strict=True) if words]
        self._words = [words for words in parts if words]
        sizes = [*map(len, self._words)]
        codes = np.array([*map(network.rows.__getitem__, chain.from_iterable(parts))], np.intp)
        self._rows = codes >> 1
        self.starts = np.array([0, *accumulate(sizes)], np.intp)
        self._unit = np.repeat(np.arange(len(sizes)), sizes)
        self._spans: dict[int, list[tuple[int, int]]] = {}
        self._hidden = self._read(network, codes, np.array(sizes, np.float32))
        out = network.for_words(self._hidden)
        at = network.at
        self.target = out[:, at["target"]]
        self.target[network.article[self._rows]] = -_MOST  # no part of a target
        self._told = out[:, at["context"].start :]  # what a target may hear, and what moves it
        n, summed = len(ASPECTS), out[:, : at["review"].stop]
        np.minimum(summed[:, : n + 2], _MOST, out=summed[:, : n + 2])
        np.exp(summed[:, : n + 2], out=summed[:, : n + 2])
        summed[:, at["whole"]] *= summed[:, at["pull"]]
        summed[:, at["review"]] *= summed[:, at["pull_review"]]
        sums = np.add.reduceat(summed, self.starts[:-1], axis=0) if sizes else summed
        self.sentence = sums[:, at["whole"]] / sums[:, at["pull"]] + network.sentence_bias
        self.found = np.log(sums[:, :n] + 1e-6) + network.found_bias
        self.found += self._second_look(network)
        weight, praise = sums[:, [at["pull_review"].start, at["review"].start]].sum(0).tolist()
        self.verdict = praise, weight

    def _read(self, network: _Network, codes: Whole, sizes: Floats) -> Floats:
        """Return a vector for each word."""
        size = network.size
        gathered = network.near.take(self._rows, axis=0)
        gathered[np.flatnonzero(codes & 1)] += network.capital
        near = gathered[:, size : 2 * size]
        near[1:] += gathered[:-1, :size]
        near[:-1] += gathered[1:, 2 * size :]
        np.maximum(near, 0, out=near)
        means = np.zeros((len(sizes), 2 * size), np.float32)
        if len(sizes):  # it wants at least one
            np.add.reduceat(near, self.starts[:-1], axis=0, out=means[:, :size])
        means[:, :size] /= sizes[:, None]
        means[1:, size:] = means[:-1, :size]  # of the sentence before
        around = _times(means, network.whole)
        around += network.wide_bias
        gathered = _times(near, network.wide)
        wide: Floats = gathered[:, size : 2 * size]
        wide[2:] += gathered[:-2, :size]
        wide[:-2] += gathered[2:, 2 * size :]
        wide += around.take(self._unit, axis=0)
        np.maximum(wide, 0, out=wide)
        wide += near
        return wide

    def _second_look(self, network: _Network) -> Floats:
        """Return what to add to `found`, from what it is in a sentence and on both sides of it."""
        n, units = len(ASPECTS), len(self.units)
        seen = np.full((units, len(network.again)), -_MOST_ODDS, np.float32)
        found = np.clip(self.found, -_MOST_ODDS, _MOST_ODDS)
        seen[:, :n] = found
        seen[1:, n : 2 * n] = found[:-1]
        seen[:-1, 2 * n : 3 * n] = found[1:]
        signs = softmax(self.sentence)
        seen[:, 3 * n : 3 * n + 3] = signs
        seen[:1, 3 * n + 3 : -1] = network.no_signs
        seen[1:, 3 * n + 3 : -1] = signs[:-1]
        seen[:, -1] = np.log(np.diff(self.starts))
        again = seen @ network.again
        again += network.again_bias
        np.maximum(again, 0, out=again)
        added: Floats = again @ network.again_out
        added += network.again_rest
        return added

    def __len__(self) -> int:
        """Return how many words were read."""
        return len(self._unit)

    def local(self, asked: Sequence[int]) -> tuple[Floats, list[list[tuple[int, float]]]]:
        """Return what is thought of some words, and which words move it.

        Returns:
            (words, 3), log weights of blame, neither and praise; and for each word the others that
            move it most, with what each adds to the log odds of praise over blame, by estimate.
        """
        network = _network()
        at = np.asarray(asked, np.intp)
        unit, many = self._unit[at], len(at)
        first = np.maximum(self.starts[unit], at - network.reach)
        stop = np.minimum(self.starts[unit + 1], at + network.reach + 1)
        near = first[:, None] + np.arange(int((stop - first).max()))
        here = near < stop[:, None]
        np.minimum(near, len(self) - 1, out=near)
        own = network.for_targets(self._hidden[at])
        wide, key = len(network.head_of_query[0]), network.mover_word.shape[1]
        query = np.zeros((many, wide, network.heads), np.float32)
        query[:, network.head_of_query[0], network.head_of_query[1]] = own[:, :wide]
        told = self._told.take(near, axis=0)
        pull = told[:, :, key : key + wide] @ query
        pull += network.distance.take(near - (at - network.reach)[:, None], axis=0, mode="clip")
        clause = network.clause[self._rows]
        for mark, table in ((CONTRAST, network.contrasts), (COMMA, network.commas)):
            count = np.cumsum(clause == mark)
            pull += table.take(count[near] - (count[at] - _CLOSEST)[:, None], axis=0, mode="clip")
        pull[~here] = -np.inf
        pull -= pull.max(1, keepdims=True)
        np.exp(pull, out=pull)
        pull /= pull.sum(1, keepdims=True)
        heard = (pull.transpose(0, 2, 1) @ told[:, :, key + wide :])[
            :, network.head_of_value[0], network.head_of_value[1]
        ]
        praise, weight = self.verdict
        verdict = np.full((many, 1), praise / weight + network.review_bias[0], np.float32)
        known = np.concatenate((heard, own[:, wide:], self.sentence[unit], verdict), axis=1)
        mixed = known @ network.mix
        mixed += network.mix_bias
        np.maximum(mixed, 0, out=mixed)
        share = pull.mean(2)
        moved = told[:, :, :key] + network.mover_word.take(self._rows[near], axis=0)
        moved += (mixed @ network.mover_target + network.mover_bias)[:, None]
        moved += np.log(np.maximum(share, _LEAST_HEARD))[:, :, None] * network.mover_heard
        np.maximum(moved, 0, out=moved)
        by = (moved @ network.mover_out + network.mover_rest) * (share + network.unheard)
        by *= here & (near != at[:, None])
        return mixed @ network.judge + network.judge_bias, _strongest(by, near)

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
            self._spans[unit] = spans = []
            at = self.units[unit].start
            for word in self._words[unit]:  # between words there is nothing that looks like one
                start = self.text.index(word, at)
                at = start + len(word)
                spans.append((start, at))
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


def _strongest(by: Floats, near: Whole) -> list[list[tuple[int, float]]]:
    """Return in each row the words that move it most, strongest first."""
    size = np.abs(by)
    best = np.argsort(-size, axis=1, kind="stable")[:, :_MOST_EVIDENCE]
    rows = np.arange(len(by))[:, None]
    return [
        [mover for mover in zip(words, odds, strict=True) if abs(mover[1]) >= _LEAST_MOVED]
        for words, odds in zip(near[rows, best].tolist(), by[rows, best].tolist(), strict=True)
    ]


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
