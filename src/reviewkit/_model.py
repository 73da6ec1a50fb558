"""The film model: a small network that reads a review word by word.

`training/` makes it, docs/model.md explains it. `readings` gives, for every word, whether it names
an aspect and what it is worth as praise and blame, and for every sentence which aspects it judges.
"""

from __future__ import annotations

import io
import math
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import accumulate, chain, pairwise
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from reviewkit._data import read
from reviewkit._steps import Steps
from reviewkit.tokens import TOKEN, lower
from reviewkit.types import Sentence

__all__ = [
    "ASPECTS",
    "COMMA",
    "CONTRAST",
    "SLOTS",
    "Place",
    "Reading",
    "Unit",
    "hashed",
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
SLOTS = 4  # of pairs of words, for each shift
CONTRAST, COMMA = 1, 100  # what stands for them among the marks of clauses
_MOST_ODDS = 8.0  # log odds of an aspect beyond this count alike for the sentences around
_ALONE = 200_000  # products that OpenBLAS computes in one thread: it asks for more than 262,144
_MOST = 20  # log weights above this count alike
_MIX = -7046029254386353131  # the golden ratio in 64 bits: spreads what it is multiplied with
_TARGET = -0.4  # log odds from which on a word belongs to a target; the best word always does
_BESIDE = -1.0  # ... if a word beside it does
_SHORT = 60  # words of a review whose verdict and whose sentences count alike
_MOST_EVIDENCE = 3  # words named as evidence for a target
_LEAST_MOVED = 0.45  # ... if they move the log odds of praise over blame so far
_ARTICLES = "the", "a", "an"  # no end of a target and no evidence, as marks are none
_INSIDE = *_ARTICLES, ".", "/", "'"  # do not part a target: "see the twist coming", "Mr. Hale"
_BE = "is", "are", "was", "were", "be", "been", "being"  # no evidence either
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


class _Codes(dict[str, int]):
    """The code of each spelling: its row, twice, and one more if it begins with a capital.

    Attributes:
        near: for each code met so far, what the word adds to itself.
        beside: ... and to the first numbers of the word after it and the next ones of the word
            before it.
        moves: ... and what it adds to a judgement of how far it moves a score.
    """

    def __init__(self, words: list[str], embed: Steps, weights: Mapping[str, Floats]) -> None:
        super().__init__()
        self.known = {word: row for row, word in enumerate(words, 1)}
        self.rows = len(embed)
        self.suffixes = self.rows - 1 - len(words)
        self.embed, self.capital, self.weights = embed, weights["capital"], weights["near"]
        self.bias, self.sides = weights["near_bias"], weights["beside"]
        self.near = np.empty((2 * self.rows, self.weights.shape[1]), np.float32)
        self.beside = np.empty((2 * self.rows, self.sides.shape[1]), np.float32)
        self.mover = weights["mover_word"]
        self.moves = np.empty((2 * self.rows, self.mover.shape[1]), np.float32)
        self.met = bytearray(2 * self.rows)

    def __missing__(self, spelling: str) -> int:
        word = lower(spelling)
        row = row_of(word, self.known, self.suffixes)
        capital = spelling[0].isupper()
        code = 2 * row + capital
        if not self.met[code]:
            vector = self.embed[row]
            self.moves[code] = vector @ self.mover
            if capital:
                vector += self.capital
            self.near[code] = vector @ self.weights + self.bias
            self.beside[code] = vector @ self.sides
            self.met[code] = True
        if len(self) < _REMEMBERED:
            self[spelling] = code
        return code


class _Pairs:
    """What frequent pairs of neighbours add to both of them.

    A pair's slot is told by its hash and a shift that training chose for all pairs of like hash, so
    that no two known pairs share a slot (hash and displace: Belazzougui, Botelho and Dietzfelbinger
    2009). With a binary search, a whole review took 5 % longer.

    Args:
        known: each pair as ``first * rows + second``.
        shifts: one for each group of `hashed`; there are `SLOTS` times as many slots.
        vectors: one for all other pairs, zeros, and one for each.
        rows: how many rows of words there are.
    """

    def __init__(self, known: Whole, shifts: NDArray[np.uint8], vectors: Steps, rows: int) -> None:
        self.known = np.concatenate([[-1], known]).astype(np.int64)
        self.shifts, self.vectors, self.rows = shifts, vectors, rows
        self.numbers = np.zeros(SLOTS * len(shifts), np.intp)
        self.numbers[self._slots(self.known[1:])] = np.arange(1, len(vectors))
        self.table = np.empty((len(vectors), vectors[0].size), np.float32)  # of those met so far
        self.unmet = np.ones(len(vectors), bool)

    def __call__(self, rows: Whole) -> Floats:
        """Return the vector of each word's pair with the next one."""
        met = rows[:-1] * self.rows
        met += rows[1:]
        number = self.numbers.take(self._slots(met))
        number *= self.known.take(number) == met
        unmet = number[self.unmet.take(number)]
        if len(unmet):
            self.table[unmet] = self.vectors[unmet]
            self.unmet[unmet] = False
        return self.table.take(number, axis=0)

    def _slots(self, pairs: Whole) -> Whole:
        slot, group = hashed(pairs, len(self.shifts))
        slot += self.shifts.take(group)
        slot &= len(self.numbers) - 1
        return slot


def hashed(pairs: Whole, groups: int) -> tuple[Whole, Whole]:
    """Return for pairs of words where to look first, and the group whose shift adds to that.

    `groups` is a power of two.
    """
    mixed = pairs.astype(np.int64, copy=False) * _MIX
    first = mixed >> 24
    mixed >>= 48
    mixed &= groups - 1
    return first, mixed


class _Network:
    """The weights, laid out for reading."""

    def __init__(self) -> None:
        with np.load(io.BytesIO(read(_FILE))) as stored:
            held = {name: stored[name] for name in stored.files}
        words = held["words"].tobytes().decode().split("\n")
        weights = {
            name: value.astype(np.float32, order="C")  # BLAS is much slower with the other
            for name, value in held.items()
            if value.dtype.kind == "f"
        }
        embed = Steps(held["embed"], weights["embed_step"])
        self.codes = _Codes(words, embed, weights)
        self.pairs = _Pairs(
            held["pairs"],
            held["pair_shifts"],
            Steps(held["pair"], weights["pair_step"]),
            len(embed),
        )
        self.inside, self.unnamed = np.zeros((2, self.codes.rows), bool)
        self.inside[[self.codes[word] >> 1 for word in _INSIDE]] = True
        self.unnamed[[self.codes[word] >> 1 for word in _ARTICLES]] = True
        self.unnamed[[row for row, word in enumerate(words, 1) if not word[0].isalnum()]] = True
        self.says = ~self.unnamed  # whether a word can be evidence
        self.says[[self.codes[word] >> 1 for word in _BE]] = False
        self.clause = held["clause"]
        self.wide, self.wide_bias = weights["wide"], weights["wide_bias"]
        self.hears, self.heard = held["hears"].tolist(), weights["heard"]
        self.whole = weights["whole"]
        n = len(ASPECTS)
        heads = weights["distance"].shape[0]
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
        # What a target knows by itself goes straight into what the judgement is drawn from.
        into = np.split(weights["mix"], np.cumsum([value, own, 3]))
        self.mix_heard, mix_own, self.mix_sentence, self.mix_verdict = into
        every = np.concatenate([every, every[:, part["own"]] @ mix_own], axis=1)
        bias = np.concatenate([bias, bias[part["own"]] @ mix_own + weights["mix_bias"]])
        part["known"] = slice(ends[-1], len(bias))
        every[:, part["query"]] /= (query // heads) ** 0.5
        bias[part["query"]] /= (query // heads) ** 0.5
        self.for_words = _Part(every, bias, part, _FOR_WORDS)
        self.for_targets = _Part(every, bias, part, ("query", "known"))
        self.for_listeners = _Part(every, bias, part, ("key", "value", "context"))
        self.found_bias = weights["found_bias"]
        one = np.eye(heads, dtype=np.float32)
        self.sum_of_head = one.repeat(query // heads, axis=0)
        self.each_of_head = one.repeat(value // heads, axis=1)
        self.each_head = np.full(heads, 1 / heads, np.float32)
        self.distance = weights["distance"].T.copy()  # (2 * reach + 1, heads)
        self.reach = reach = len(self.distance) // 2
        self.between = _between(weights["commas"].T, weights["contrasts"].T, reach)
        self.sentence_bias, self.review_bias = weights["bias"]
        self.no_signs = softmax(self.sentence_bias)  # of the sentence before the first
        self.again, self.again_bias = weights["again"], weights["again_bias"]
        self.again_out, self.again_rest = weights["again_out"], weights["again_rest"]
        self.judge, self.judge_bias = weights["judge"], weights["judge_bias"]
        self.mover_target, self.mover_bias = weights["mover_target"], weights["mover_bias"]
        self.mover_out = weights["mover_out"]
        self.mover_rest, self.unheard = weights["mover_rest"].tolist()


def _between(for_commas: Floats, for_contrasts: Floats, reach: int) -> Floats:
    """Return what marks between two words add, by the difference of the sums of their numbers."""
    most = (COMMA + CONTRAST) * reach
    commas, contrasts = np.divmod(np.arange(-most, most + 1) + COMMA // 2, COMMA)
    contrasts -= COMMA // 2
    between: Floats = for_commas.take(commas + _CLOSEST, axis=0, mode="clip")
    between += for_contrasts.take(contrasts + _CLOSEST, axis=0, mode="clip")
    return between


# What of each word is summed up over its sentence, and whether it belongs to a target.
_FOR_WORDS = ("found", "pull", "pull_review", "whole", "review", "target")


def _times(values: Floats, weights: Floats) -> Floats:
    """Multiply matrices in pieces so small that BLAS does not wake other threads for them.

    They would cost more than they bring, many times more where other processes need the cores.
    """
    inner, columns = weights.shape
    rows = max(1, _ALONE // weights.size)
    if len(values) <= rows:
        return values @ weights
    whole = len(values) // rows
    out = np.empty((len(values), columns), np.float32)
    np.matmul(
        values[: whole * rows].reshape(whole, rows, inner),
        weights,
        out=out[: whole * rows].reshape(whole, rows, columns),
    )
    np.matmul(values[whole * rows :], weights, out=out[whole * rows :])
    return out


def _cut_at_zero(values: Floats) -> None:
    """Set what is below zero to zero, in two thirds of the time that `numpy.maximum` takes."""
    values.clip(0, np.inf, out=values)


class _Part:
    """Some columns of a layer; `at` says where each stands."""

    def __init__(
        self, weights: Floats, bias: Floats, parts: Mapping[str, slice], names: Sequence[str]
    ) -> None:
        self.weights = np.concatenate([weights[:, parts[name]] for name in names], axis=1)
        self.bias = np.concatenate([bias[parts[name]] for name in names])
        ends = [*accumulate(parts[name].stop - parts[name].start for name in names)]
        self.at = {name: slice(*x) for name, x in zip(names, pairwise([0, *ends]), strict=True)}

    def __call__(self, hidden: Floats) -> Floats:
        out = _times(hidden, self.weights)
        out += self.bias
        return out


@cache
def _network() -> _Network:
    return _Network()


def _strongest(by: Floats, words: Whole, of: Whole, many: int) -> list[list[tuple[int, float]]]:
    """Return for each of so many targets the words that move it most, and by how much."""
    movers: list[list[tuple[int, float]]] = [[] for _ in range(many)]
    (strong,) = (np.abs(by) >= _LEAST_MOVED).nonzero()
    told_of = of[strong].tolist(), words[strong].tolist(), by[strong].tolist()
    for number, word, odds in zip(*told_of, strict=True):
        movers[number].append((word, odds))
    for some in movers:
        some.sort(key=lambda mover: -abs(mover[1]))
        del some[_MOST_EVIDENCE:]
    return movers


class Reading:
    """What the model says of the words and sentences of a stretch of text.

    Attributes:
        units: the sentences read, those that hold a word.
        starts: the first word of each, and one past the last word of all.
        found: (units, aspects): log odds that the aspect is judged or named there.
        target: (words, aspects): log odds that the word belongs to a target.
        sentence: (units, 3): log weights of blame, neither and praise.
        signs: ... and their shares.
        verdict: the log odds of praise of all: a weighted sum over words, and its weight.
    """

    def __init__(self, text: str, units: Sequence[Unit]) -> None:
        self._network = network = _network()  # kept: another has not met these words
        self.text = text
        parts = [TOKEN.findall(text, start, end) for _, start, end in units]
        self.units = [unit for unit, words in zip(units, parts, strict=True) if words]
        self._words = [words for words in parts if words]
        sizes = [*map(len, self._words)]
        every = chain.from_iterable(parts)
        codes = np.fromiter(map(network.codes.__getitem__, every), np.intp, sum(sizes))
        self._codes, self._rows = codes, codes >> 1
        self._starts = [0, *accumulate(sizes)]
        self.starts = np.array(self._starts, np.intp)
        self._ends: dict[int, list[int]] = {}
        self._hidden = self._read(network, codes, sizes)
        out = network.for_words(self._hidden)
        at, n = network.for_words.at, len(ASPECTS)
        self.target = out[:, at["target"]]
        self.target[network.unnamed[self._rows]] = -_MOST
        summed, raised = out[:, : at["review"].stop], out[:, : at["pull_review"].stop]
        np.minimum(raised, _MOST, out=raised)
        np.exp(raised, out=raised)
        summed[:, at["whole"]] *= summed[:, at["pull"]]
        summed[:, at["review"]] *= summed[:, at["pull_review"]]
        sums = np.add.reduceat(summed, self.starts[:-1], axis=0) if sizes else summed
        self.sentence = sums[:, at["whole"]] / sums[:, at["pull"]] + network.sentence_bias
        self.signs = softmax(self.sentence)
        self.found = np.log(sums[:, :n] + 1e-6)
        self.found += network.found_bias
        self.found += self._second_look(network, sizes)
        totals = sums.sum(0)
        self.verdict = float(totals[at["review"].start]), float(totals[at["pull_review"].start])

    def _read(self, network: _Network, codes: Whole, sizes: Sequence[int]) -> Floats:
        """Return a vector for each word."""
        near: Floats = network.codes.near.take(codes, axis=0)
        beside: Floats = network.codes.beside.take(codes, axis=0)
        size, side = near.shape[1], beside.shape[1] // 2
        near[1:, :side] += beside[:-1, :side]
        near[:-1, side : 2 * side] += beside[1:, side:]
        both = network.pairs(self._rows)
        near[1:] += both
        near[:-1] += both
        _cut_at_zero(near)
        means = np.zeros((len(sizes), 2 * size), np.float32)
        if len(sizes):  # it wants at least one
            np.add.reduceat(near, self.starts[:-1], axis=0, out=means[:, :size])
        means[:, :size] /= np.array(sizes, np.float32)[:, None]
        means[1:, size:] = means[:-1, :size]  # of the sentence before
        around = _times(means, network.whole)
        around += network.wide_bias
        heard = np.zeros((len(near), len(network.heard)), np.float32)
        first = 0
        for by, many in network.hears:
            here, there = (slice(-by), slice(by, None)) if by > 0 else (slice(-by, None), slice(by))
            heard[here, first : first + many] = near[there, first : first + many]
            first += many
        wide = np.repeat(around, sizes, axis=0)
        wide += _times(near, network.wide)
        wide += _times(heard, network.heard)
        _cut_at_zero(wide)
        wide += near
        return wide

    def _second_look(self, network: _Network, sizes: Sequence[int]) -> Floats:
        """Return what to add to `found`, from what it is in a sentence and on both sides of it."""
        n, units = len(ASPECTS), len(self.units)
        seen = np.full((units, len(network.again)), -_MOST_ODDS, np.float32)
        found = np.maximum(np.minimum(self.found, _MOST_ODDS), -_MOST_ODDS)
        seen[:, :n] = found
        seen[1:, n : 2 * n] = found[:-1]
        seen[:-1, 2 * n : 3 * n] = found[1:]
        seen[:, 3 * n : 3 * n + 3] = self.signs
        seen[:1, 3 * n + 3 : -1] = network.no_signs
        seen[1:, 3 * n + 3 : -1] = self.signs[:-1]
        seen[:, -1] = np.log(np.array(sizes, np.float32))
        again = seen @ network.again
        again += network.again_bias
        _cut_at_zero(again)
        added: Floats = again @ network.again_out
        added += network.again_rest
        return added

    def __len__(self) -> int:
        """Return how many words were read."""
        return len(self._rows)

    def local(self, asked: Sequence[int]) -> tuple[Floats, list[list[tuple[int, float]]]]:
        """Return what is thought of some words, and which words move it.

        Returns:
            (words, 3), log weights of blame, neither and praise; and for each word the others that
            move it most, with what each adds to the log odds of praise over blame, by estimate.
        """
        network, many = self._network, len(asked)
        at = np.array(asked, np.intp)
        unit = self.starts.searchsorted(at, "right") - 1
        first = np.maximum(self.starts[unit], at - network.reach)
        sizes = np.minimum(self.starts[unit + 1], at + network.reach + 1) - first
        # The words around each target, one target after the other, and whose they are.
        begins = sizes.cumsum() - sizes
        of = np.arange(many).repeat(sizes)
        near = (first - begins).take(of)
        near += np.arange(len(of))
        target = at.take(of)
        own = network.for_targets(self._hidden.take(at, axis=0))
        told = network.for_listeners(self._hidden.take(near, axis=0))
        part = network.for_listeners.at
        query = own[:, network.for_targets.at["query"]].take(of, axis=0)
        query *= told[:, part["key"]]
        pull = query @ network.sum_of_head
        pull += network.distance.take(near - target + network.reach, axis=0)
        marks = network.clause.take(self._rows).cumsum()
        between = marks.take(near)
        between -= marks.take(target)
        between += len(network.between) // 2
        pull += network.between.take(between, axis=0)
        pull -= np.maximum.reduceat(pull, begins, axis=0).take(of, axis=0)
        np.exp(pull, out=pull)
        pull /= np.add.reduceat(pull, begins, axis=0).take(of, axis=0)
        value = pull @ network.each_of_head
        value *= told[:, part["value"]]
        heard = np.add.reduceat(value, begins, axis=0)
        verdict = self.verdict[0] / self.verdict[1] + network.review_bias[0]
        around = self.sentence @ network.mix_sentence + verdict * network.mix_verdict
        mixed = heard @ network.mix_heard
        mixed += own[:, network.for_targets.at["known"]]
        mixed += around.take(unit, axis=0)
        _cut_at_zero(mixed)
        moved = told[:, part["context"]]
        moved += network.codes.moves.take(self._codes.take(near), axis=0)
        moved += (mixed @ network.mover_target + network.mover_bias).take(of, axis=0)
        _cut_at_zero(moved)
        by = moved @ network.mover_out
        by += network.mover_rest
        by *= pull @ network.each_head + network.unheard
        by *= network.says.take(self._rows.take(near))
        by[near == target] = 0
        return mixed @ network.judge + network.judge_bias, _strongest(by, near, of, many)

    def places(self) -> Iterator[Place]:
        """Yield where an aspect is judged or named."""
        network = self._network
        for unit, aspect in zip(*map(np.ndarray.tolist, np.nonzero(self.found > 0)), strict=True):
            first, stop = self._starts[unit], self._starts[unit + 1]
            odds = self.target[first:stop, aspect].tolist()
            surely = min(_TARGET, max(odds))
            least = min(surely, _BESIDE)
            likely = [i for i, odd in enumerate(odds) if odd >= least]
            number = self.units[unit].sentence
            begin = likely[0]
            for i, following in pairwise([*likely, -1]):
                inside = following == i + 2 and network.inside[self._rows[first + i + 1]]
                if following != i + 1 and not inside:
                    if max(odds[begin : i + 1]) >= surely:
                        yield Place(number, aspect, first + begin, first + i + 1)
                    begin = following

    def _ends_in(self, unit: int) -> list[int]:
        """Return where the words of a unit end in the text."""
        ends = self._ends.get(unit)
        if ends is None:
            index, at = self.text.index, self.units[unit].start
            # Between words there is nothing that looks like one.
            ends = [at := index(word, at) + len(word) for word in self._words[unit]]
            self._ends[unit] = ends
        return ends

    def span(self, first: int, stop: int) -> tuple[int, int]:
        """Return where words stand in the text; they must be of one unit."""
        unit = bisect_right(self._starts, first) - 1
        ends, begin = self._ends_in(unit), self._starts[unit]
        return ends[first - begin] - len(self._words[unit][first - begin]), ends[stop - 1 - begin]

    def word_at(self, unit: int, start: int, end: int) -> int:
        """Return the word of a unit that stands for a target, given its span in the text."""
        ends, words = self._ends_in(unit), self._words[unit]
        first, last = bisect_right(ends, start), bisect_left(ends, end)
        if last == len(ends) or ends[last] - len(words[last]) >= end:
            last -= 1
        if first > last:
            return self._starts[unit]
        word = self._starts[unit] + first
        if first < last:
            word += int(self.target[word : word + last + 1 - first].max(1).argmax())
        return word


def overall(text: str, sentences: Sequence[Sentence]) -> float:
    """Return the score of a text as a whole, from -1 to 1.

    The verdict on the review counts for more the longer it is, the mean of its sentences for less.
    """
    praise = weight = 0.0
    words = 0
    signs: list[float] = []
    for reading in readings(text, sentences):
        praise += reading.verdict[0]
        weight += reading.verdict[1]
        words += len(reading)
        signs += (reading.signs[:, 2] - reading.signs[:, 0]).tolist()
    if not words:
        return 0.0
    mean = math.fsum(signs) / len(signs)
    if len(signs) == 1:
        return mean
    verdict = math.tanh((praise / weight + float(_network().review_bias[0])) / 2)
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
    spans = tuple([(s.start, s.end) for s in sentences])
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
