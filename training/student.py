"""The student: the small network that ships in the package.

Every word adds some numbers to its neighbours', and each frequent pair of words a vector to both of
them; that is mixed once more with some numbers of the words two and three away and with the means
of its sentence and the one before. From that each word gets: whether it names or implies
an aspect, what it is worth as praise and blame, how far that reaches (a query and a key), and what
it adds to the verdict on its sentence and its review. The vectors ship as numbers of four bits; the
last round of training rounds them so, too.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
import torch
from corpus import (
    POLARITIES,
    POLARITY_SIGNS,
    TREE_SIGNS,
    Document,
    Vocabulary,
    document,
    local_labels,
)
from teacher import Labels
from torch import Tensor, nn
from torch.nn import functional as F

from reviewkit._model import ASPECTS, COMMA, CONTRAST
from reviewkit.clauses import contrast_words
from reviewkit.sentiment import polarity_of_shares

SIZE = 64  # numbers for each word
KEY = 12  # numbers of a query and a key, for each of HEADS
HEADS = 3
VALUE = 6  # numbers that a word hands to a target, for each of HEADS
OWN = 12  # ... that it knows by itself
MIX = 32
SEEN, AGAIN = 3, 24  # sentences seen for a second look at each, and numbers drawn from them
MOST_ODDS = 8.0  # log odds beyond this count alike then
MOVERS = 24  # numbers from which it is told how far a word moves a score
DEAF = 0.8  # how often, in training, a target does not hear the verdicts
REACH = 31  # words on each side of a target that can be read for it
SIGNS = 3
BESIDE = 16  # numbers that a word adds to those of the next, and as many to those of the one before
HEARD = ((-3, 8), (-2, 8), (2, 8), (3, 8))  # places from which a word hears so many numbers
PAD = 0
LEVELS = 7  # steps on each side of zero in which vectors ship
LIKELY = 0.4  # from here on what is thought of an aspect is learnt from
MOST = 20  # log weights above this count alike


@dataclass(slots=True)
class Item:
    """A document as arrays, with hard or soft labels."""

    rows: np.ndarray
    capital: np.ndarray
    clause: np.ndarray
    starts: np.ndarray
    found: np.ndarray | None = None  # (sentences, aspects), -1 unknown
    target: np.ndarray | None = None  # (words, aspects)
    sentence: np.ndarray | None = None  # (sentences, signs)
    ask: np.ndarray | None = None  # words whose local sign is known
    local: np.ndarray | None = None  # ... and the signs
    rating: int = 0


PARTS = contrast_words()


def item(read: Document, vocabulary: Vocabulary) -> Item:
    """Turn words into rows."""
    rows = np.array([vocabulary.row(word) for word in read.words], np.int32)
    capital = np.array([read.text[start].isupper() for start, _ in read.spans], np.int8)
    clause = np.array([CONTRAST * (w in PARTS) + COMMA * (w == ",") for w in read.words], np.int16)
    return Item(rows, capital, clause, np.array(read.starts, np.int32), rating=read.rating)


def gold_item(read: Document, vocabulary: Vocabulary) -> Item:
    """Return a labelled review or a tree."""
    made = item(read, vocabulary)
    made.sentence = read.signs
    if read.found is not None:
        made.found = read.found.astype(np.float32)
        made.target = np.zeros((len(read.words), len(ASPECTS)), np.float32)
        ask, local = [], []
        for first, stop, aspect, value in read.targets:
            made.target[first:stop, aspect] = 1
            ask += range(first, stop)
            local += [POLARITY_SIGNS[value]] * (stop - first)
        made.ask = np.array(ask, np.int32)
        made.local = np.array(local, np.float32).reshape(-1, SIGNS)
    elif read.phrases:
        labels = local_labels(read)
        ask = [i for i, word in enumerate(read.words) if word[0].isalpha()]
        made.ask = np.array(ask, np.int32)
        made.local = TREE_SIGNS[labels[ask]]
        made.sentence = TREE_SIGNS[[read.phrases[-1][2]]]
    return made


def soft_item(read: Document, vocabulary: Vocabulary, said: Labels, every: int) -> Item:
    """Return a document with what the teacher says of it, of its likely targets and of others.

    What is thought of a target is what it says of the word: that is right more often than what it
    says of a sentence and an aspect.
    """
    made = item(read, vocabulary)
    for name in ("found", "target", "sentence"):
        setattr(made, name, getattr(said, name).astype(np.float32))
    bounds = [*made.starts.tolist(), len(made.rows)]
    ask: list[int] = []
    for s, (first, stop) in enumerate(pairwise(bounds)):
        likely = np.flatnonzero(made.found[s] > LIKELY)
        ask += [first + int(made.target[first:stop, aspect].argmax()) for aspect in likely]
        ask += range(first + s % min(3, every), stop, every)
    made.ask = np.array(ask, np.int32)
    made.local = said.local[made.ask].astype(np.float32)
    return made


def phrase_items(read: Document, vocabulary: Vocabulary) -> Iterator[Item]:
    """Yield a tree's phrases of two words and more as documents of their own."""
    whole = item(read, vocabulary)
    for first, stop, value in read.phrases[:-1]:
        if stop - first > 1:
            yield Item(
                whole.rows[first:stop],
                whole.capital[first:stop],
                whole.clause[first:stop],
                np.zeros(1, np.int32),
                sentence=TREE_SIGNS[[value]],
            )


_JOINTS = (". ", ". ", ". ", ", but", "but", "and", ", and", ";", ", although", ", while", "- but")


def part(read: Document, first: int, stop: int, value: int) -> Document:
    """Return a part of a tree, with this label, as a document of its own."""
    start = read.spans[first][0]
    inside = [(a - first, b - first, v) for a, b, v in read.phrases if a >= first and b <= stop]
    return Document(
        read.text[start : read.spans[stop - 1][1]],
        read.words[first:stop],
        [(a - start, b - start) for a, b in read.spans[first:stop]],
        [0],
        phrases=[*inside, (0, stop - first, value)],
    )


def recombined(
    trees: list[Document], vocabulary: Vocabulary, count: int, seed: int
) -> Iterator[Item]:
    """Join parts of different trees, as one sentence or as two: each keeps its own mind."""
    rng = random.Random(seed)
    for _ in range(count):
        parts = []
        for read in rng.sample(trees, 2):
            places = [p for p in read.phrases if 3 < p[1] - p[0] <= 20]
            first, stop, value = rng.choice(places or read.phrases[-1:])
            stop -= read.words[stop - 1] == "." and stop - first > 1
            parts.append(gold_item(part(read, first, stop, value), vocabulary))
        joint = rng.choice(_JOINTS)
        between = item(document(joint, [(0, len(joint))]), vocabulary)
        one, other = parts
        size = len(one.rows) + len(between.rows)
        made = Item(
            np.concatenate([one.rows, between.rows, other.rows]),
            np.concatenate([one.capital, between.capital, other.capital]),
            np.concatenate([one.clause, between.clause, other.clause]),
            np.zeros(1, np.int32),
            ask=np.concatenate([one.ask, other.ask + size]),
            local=np.concatenate([one.local, other.local]),
        )
        if joint.startswith("."):
            made.starts = np.array([0, size], np.int32)
            made.sentence = np.concatenate([one.sentence, other.sentence])
        yield made


@dataclass(slots=True)
class Flat:
    """Documents one after the other, a gap between them."""

    items: list[Item]
    rows: Tensor
    capital: Tensor
    clause: Tensor  # running counts
    sentence: Tensor  # of each word; gaps have the last, a spare one
    before: Tensor  # of each sentence: the one before in its document, or the spare one
    begin: Tensor  # of each sentence: its first word
    stop: Tensor
    document: Tensor  # of each word
    sentences: int
    offsets: list[int]
    sentence_offsets: list[int]


GAP = 4


def flat(items: list[Item]) -> Flat:
    """Lay documents one after the other."""
    words = GAP + sum(len(x.rows) + GAP for x in items)
    sentences = sum(len(x.starts) for x in items)
    rows = np.zeros(words, np.int64)
    capital = np.zeros(words, np.int64)
    clause = np.zeros(words, np.int64)
    sentence = np.full(words, sentences)
    document = np.full(words, len(items))
    before = np.full(sentences + 1, sentences)
    begin, stop = np.zeros(sentences + 1, np.int64), np.ones(sentences + 1, np.int64)
    at, s = GAP, 0
    offsets, sentence_offsets = [], []
    for d, x in enumerate(items):
        n, k = len(x.rows), len(x.starts)
        here = slice(at, at + n)
        rows[here], capital[here], document[here] = x.rows, x.capital, d
        clause[here] = np.cumsum(x.clause)
        bounds = np.append(x.starts, n)
        sentence[here] = np.repeat(np.arange(s, s + k), np.diff(bounds))
        begin[s : s + k], stop[s : s + k] = at + bounds[:-1], at + bounds[1:]
        before[s + 1 : s + k] = np.arange(s, s + k - 1)
        offsets.append(at)
        sentence_offsets.append(s)
        at, s = at + n + GAP, s + k
    tensors = map(
        torch.from_numpy, (rows, capital, clause, sentence, before, begin, stop, document)
    )
    return Flat(items, *tensors, sentences, offsets, sentence_offsets)


def step(vectors: Tensor) -> Tensor:
    """Return the size of the steps in which each vector's numbers ship."""
    return (vectors.abs().amax(1, keepdim=True) / LEVELS).clamp(min=1e-6)


def rounded(vectors: Tensor) -> Tensor:
    """Return vectors as they ship; what is learnt changes them as if they were not rounded."""
    with torch.no_grad():
        size = step(vectors)
        off = torch.round(vectors / size) * size - vectors
    return vectors + off


def shift(values: Tensor, by: int) -> Tensor:
    """Return each place's neighbour `by` places on; zeros beyond the ends."""
    if by > 0:
        return F.pad(values[by:], (0, 0, 0, by))
    return F.pad(values[:by], (0, 0, -by, 0)) if by else values


def of_others(values: Tensor) -> Tensor:
    """Return what each word hears of the words a few places away: other numbers of each."""
    ends = accumulate(many for _, many in HEARD)
    parts = [
        shift(values[:, end - many : end], by) for end, (by, many) in zip(ends, HEARD, strict=True)
    ]
    return torch.cat(parts, 1)


class Movers(nn.Module):
    """Tells how far a word moves what is thought of a target; see `evidence.py`."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.word = nn.Linear(size, MOVERS, bias=False)
        self.context = nn.Linear(size, MOVERS, bias=False)
        self.target = nn.Linear(MIX, MOVERS)
        self.out = nn.Linear(MOVERS, 1)
        self.unheard = nn.Parameter(torch.tensor(0.1))

    def forward(self, word: Tensor, context: Tensor, mixed: Tensor, heard: Tensor) -> Tensor:
        """Return by how much the log odds of praise over blame would fall without the word."""
        seen = F.relu(self.word(word) + self.context(context) + self.target(mixed))
        return self.out(seen)[:, 0] * (heard + self.unheard)


class Student(nn.Module):
    """See the module."""

    def __init__(self, vocabulary: Vocabulary, size: int = SIZE) -> None:
        super().__init__()
        self.rounding = True
        self.embed = nn.Embedding(vocabulary.size, size, padding_idx=PAD)
        nn.init.normal_(self.embed.weight, std=0.3)
        self.register_buffer("pairs", torch.from_numpy(vocabulary.pairs))
        self.pair = nn.Embedding(len(vocabulary.pairs) + 1, size, padding_idx=PAD)
        nn.init.zeros_(self.pair.weight)
        self.capital = nn.Parameter(torch.zeros(size))
        self.near = nn.Linear(size, size)
        self.beside = nn.Linear(size, 2 * BESIDE, bias=False)
        self.wide = nn.Linear(size, size)
        self.heard = nn.Linear(sum(many for _, many in HEARD), size, bias=False)
        self.whole = nn.Linear(2 * size, size, bias=False)
        n = len(ASPECTS)
        self.sizes = [n, n, HEADS * KEY, HEADS * KEY, HEADS * VALUE, OWN, SIGNS, 1, 1, 1]
        self.heads = nn.Linear(size, sum(self.sizes))
        self.found_bias = nn.Parameter(torch.full((n,), -4.0))
        self.distance = nn.Parameter(torch.zeros(HEADS, 2 * REACH + 1))
        self.clauses = nn.Parameter(torch.zeros(HEADS, 5))
        self.commas = nn.Parameter(torch.zeros(HEADS, 5))
        self.bias = nn.Parameter(torch.zeros(2, SIGNS))
        self.mix = nn.Linear(HEADS * VALUE + OWN + SIGNS + 1, MIX)
        self.judge = nn.Linear(MIX, SIGNS)
        self.again = nn.Sequential(
            nn.Linear(SEEN * n + 2 * SIGNS + 1, AGAIN), nn.ReLU(), nn.Linear(AGAIN, n)
        )
        nn.init.zeros_(self.again[2].weight)
        nn.init.zeros_(self.again[2].bias)
        self.movers = Movers(size)

    def start_from(self, vectors: Tensor) -> None:
        """Start with the main directions of another model's vectors of the same rows."""
        seen = vectors.abs().sum(1) > 0
        centred = vectors - vectors[seen].mean(0)
        _, _, directions = torch.linalg.svd(centred[seen][::5], full_matrices=False)
        size = self.embed.weight.shape[1]
        turned = centred @ directions[:size].T
        turned = 0.3 * turned / turned[seen].std(0)
        with torch.no_grad():
            self.embed.weight[seen] = turned[seen]
            self.embed.weight[PAD] = 0

    def pair_rows(self, rows: Tensor) -> Tensor:
        """Return the row of each word's pair with the next one; pairs not known have the first."""
        met = rows * len(self.embed.weight) + F.pad(rows[1:], (0, 1))
        at = torch.searchsorted(self.pairs, met).clamp(max=len(self.pairs) - 1)
        return (at + 1) * (self.pairs[at] == met)

    def words(self, b: Flat, noise: float = 0.0) -> Tensor:
        """Return a vector for each word."""
        ships = rounded if self.rounding else nn.Identity()
        x = ships(self.embed(b.rows)) + b.capital[:, None] * self.capital
        if noise:
            x = x * (torch.rand(len(x), 1) > noise)
        real = (b.rows != PAD)[:, None]
        pair = ships(self.pair(self.pair_rows(b.rows)))
        if noise:
            pair = pair * (torch.rand(len(pair), 1) > noise)
        after, before = self.beside(x).split(BESIDE, 1)
        beside = torch.cat([shift(after, -1), shift(before, 1)], 1)
        near = self.near(x) + F.pad(beside, (0, x.shape[1] - 2 * BESIDE))
        h = F.relu(near + pair + shift(pair, -1)) * real
        mean = torch.zeros(b.sentences + 1, h.shape[1]).index_add(0, b.sentence, h)
        size = (b.stop - b.begin).float()[:, None]
        mean = mean / size
        around = self.whole(torch.cat([mean, mean[b.before]], 1))
        wide = self.wide(h) + self.heard(of_others(h))
        return F.relu(wide + around[b.sentence]) * real + h

    def second_look(self, b: Flat, says: Tensor, sentence: Tensor) -> Tensor:
        """Return what is known of each sentence once all of them are read."""
        after = torch.full_like(b.before, b.sentences)
        after[b.before[:-1]] = torch.arange(b.sentences)
        after[-1] = b.sentences
        says = says.clamp(-MOST_ODDS, MOST_ODDS)
        says = torch.cat([says[:-1], torch.full_like(says[:1], -MOST_ODDS)])
        signs = sentence.softmax(1)
        length = (b.stop - b.begin).float().log()[:, None]
        return torch.cat([says, says[b.before], says[after], signs, signs[b.before], length], 1)

    def forward(
        self, b: Flat, asked: Tensor, noise: float = 0.0, verdicts: Tensor | None = None
    ) -> dict[str, Tensor]:
        """Return logits, the local signs of the words asked for only, and what led to them.

        `verdicts` are those on the reviews of the words asked for, if they are known.
        """
        h = self.words(b, noise)
        if noise:
            h = F.dropout(h, noise)
        found, target, query, key, value, own, whole, pull, pull_review, review = self.heads(
            h
        ).split(self.sizes, 1)
        real = (b.rows != PAD)[:, None]
        e = torch.exp(found.clamp(max=MOST)) * real
        total = torch.zeros(b.sentences + 1, len(ASPECTS)).index_add(0, b.sentence, e)
        says = torch.log(total + 1e-6) + self.found_bias
        p = torch.exp(pull.clamp(max=MOST)) * real
        sentence = _weighted(p, whole, b.sentence, b.sentences + 1)
        p = torch.exp(pull_review.clamp(max=MOST)) * real
        verdict = _weighted(p, review, b.document, len(b.items) + 1)
        sentence = sentence + self.bias[0]
        verdict = verdict + self.bias[1, 0]
        says = says + self.again(self.second_look(b, says, sentence))
        reach = torch.arange(-REACH, REACH + 1)
        at = (asked[:, None] + reach).clamp(0, len(h) - 1)  # (asked, reach)
        same = b.sentence[at] == b.sentence[asked][:, None]
        q = query[asked].view(-1, 1, HEADS, KEY)
        k = key[at].view(len(asked), -1, HEADS, KEY)
        pulls = (q * k).sum(3) / KEY**0.5 + self.distance.T
        between = b.clause[at] - b.clause[asked][:, None]
        commas = torch.div(between + COMMA // 2, COMMA, rounding_mode="floor")
        parts = between - COMMA * commas
        pulls = (
            pulls + self.clauses.T[parts.clamp(-2, 2) + 2] + self.commas.T[commas.clamp(-2, 2) + 2]
        )
        pulls = pulls.masked_fill(~same[:, :, None], -1e4).softmax(1)
        heard = torch.einsum("mrh,mrhc->mhc", pulls, value[at].view(*at.shape, HEADS, VALUE))
        if verdicts is None:
            verdicts = verdict[b.document[asked]]
        around = torch.cat([sentence[b.sentence[asked]], verdicts], 1)
        if noise:  # mostly a target is judged without the verdicts around it
            around = around * (torch.rand(len(asked), 1) > DEAF)
        known = torch.cat([heard.flatten(1), own[asked], around], 1)
        mixed = F.relu(self.mix(known))
        return {
            "found": says[:-1],
            "target": target,
            "local": self.judge(mixed),
            "sentence": sentence[:-1],
            "review": verdict[:-1, 0],
            "mixed": mixed,
            "words": h,
            "near": at,
            "heard": pulls.mean(2) * same,
        }

    def loss(self, b: Flat, noise: float) -> Tensor:
        """Return the sum of the losses of whatever is labelled."""
        asked = [x.ask + at for x, at in zip(b.items, b.offsets, strict=True) if x.ask is not None]
        asked = torch.from_numpy(np.concatenate([*asked, [0]])).long()
        out = self(b, asked, noise)
        parts = []
        where, gold = [], []
        word_where, word_gold = [], []
        sentence_where, sentence_gold = [], []
        for x, at, s in zip(b.items, b.offsets, b.sentence_offsets, strict=True):
            if x.found is not None:
                where.append(np.arange(s, s + len(x.starts)))
                gold.append(x.found)
                word_where.append(np.arange(at, at + len(x.rows)))
                word_gold.append(x.target)
            if x.sentence is not None:
                sentence_where.append(np.arange(s, s + len(x.starts)))
                sentence_gold.append(x.sentence)
        if where:
            want = torch.from_numpy(np.concatenate(gold))
            loss = F.binary_cross_entropy_with_logits(
                out["found"][np.concatenate(where)], want.clamp(0), reduction="none"
            )
            parts.append(9 * (loss * (want >= 0)).mean())
            want = torch.from_numpy(np.concatenate(word_gold))
            parts.append(
                27
                * F.binary_cross_entropy_with_logits(
                    out["target"][np.concatenate(word_where)], want
                )
            )
        if len(asked) > 1:
            want = torch.from_numpy(
                np.concatenate([x.local for x in b.items if x.local is not None])
            ).float()
            parts.append(2 * F.cross_entropy(out["local"][:-1], want))
        if sentence_where:
            want = torch.from_numpy(np.concatenate(sentence_gold)).float()
            parts.append(F.cross_entropy(out["sentence"][np.concatenate(sentence_where)], want))
        rated = [i for i, x in enumerate(b.items) if x.rating]
        if rated:
            want = torch.tensor([float(b.items[i].rating > 5) for i in rated])
            parts.append(F.binary_cross_entropy_with_logits(out["review"][rated], want))
        return torch.stack(parts).sum()


def _weighted(weights: Tensor, values: Tensor, group: Tensor, groups: int) -> Tensor:
    """Return the weighted mean of each group's values."""
    share = torch.zeros(groups, 1).index_add(0, group, weights)
    total = torch.zeros(groups, values.shape[1]).index_add(0, group, weights * values)
    return total / (share + 1e-6)


WORDS = 6_000
FEWEST = 10  # steps for which the rate can rise and fall


def batches(items: list[Item], rng: random.Random | None) -> Iterator[Flat]:
    """Group documents to some thousand words."""
    items = list(items)
    if rng is not None:
        rng.shuffle(items)
    group: list[Item] = []
    words = 0
    for x in items:
        group.append(x)
        words += len(x.rows)
        if words > WORDS:
            yield flat(group)
            group, words = [], 0
    if group:
        yield flat(group)


def train(
    student: Student,
    items: list[Item],
    *,
    epochs: float,
    rate: float,
    seed: int,
    noise: float = 0.1,
    quiet: bool = False,
) -> None:
    """Train, the rate falling to zero."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    steps = int(epochs * sum(1 for _ in batches(items, None)))
    optimizer = torch.optim.Adam(student.parameters(), lr=rate, betas=(0.9, 0.98), fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, rate, total_steps=max(steps, FEWEST) + 1, pct_start=0.1
    )
    began, done, shown = time.time(), 0, 0.0
    student.train()
    while done < steps:
        for b in batches(items, rng):
            loss = student.loss(b, noise)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(student.parameters(), 2.0)
            optimizer.step()
            schedule.step()
            done += 1
            shown = 0.99 * shown + 0.01 * float(loss.detach())
            if done % 200 == 0 and not quiet:
                mean, took = shown / (1 - 0.99**done), time.time() - began
                print(f"  step {done}/{steps} loss {mean:.3f} {took:.0f} s", flush=True)
            if done >= steps:
                break


@dataclass(slots=True)
class Said:
    """What the student says of a document: log odds, and shares of signs."""

    found: np.ndarray  # (sentences, aspects)
    target: np.ndarray  # (words, aspects)
    local: np.ndarray  # (words, signs)
    sentence: np.ndarray  # (sentences, signs)
    review: float


def predict(student: Student, documents: list[Document], vocabulary: Vocabulary) -> list[Said]:
    """Let the student read documents."""
    student.eval()
    said = []
    with torch.inference_mode():
        for read in documents:
            out = student(flat([item(read, vocabulary)]), torch.arange(GAP, GAP + len(read.words)))
            said.append(
                Said(
                    out["found"].numpy(),
                    out["target"][GAP:-GAP].numpy(),
                    out["local"].softmax(1).numpy(),
                    out["sentence"].softmax(1).numpy(),
                    float(out["review"][0]),
                )
            )
    student.train()
    return said


def report(documents: list[Document], said: list[Said]) -> dict[str, float]:
    """Return what ``evaluate.py film_aspects`` measures, on the corpus's own sentences."""
    out = {}
    for name, aspects in (("core", 4), ("all", len(ASPECTS))):
        tp = fp = fn = joint = judged = right = 0
        for read, s in zip(documents, said, strict=True):
            bounds = [*read.starts, len(read.words)]
            got = s.found[:, :aspects] > 0
            gold = read.found[:, :aspects]
            tp += int((got & (gold == 1)).sum())
            fp += int((got & (gold == 0)).sum())
            fn += int((~got & (gold == 1)).sum())
            for i, a in zip(*np.nonzero(got & (gold == 1)), strict=True):
                here = slice(bounds[i], bounds[i + 1])
                at = bounds[i] + int(s.target[here, a].argmax())
                polarity = POLARITIES.index(polarity_of_shares(*s.local[at]))
                ok = polarity == read.polarity[i, a]
                joint += ok
                if read.polarity[i, a] in (0, 3):
                    judged, right = judged + 1, right + ok
        out[f"{name} detection"] = 2 * tp / max(1, 2 * tp + fp + fn)
        out[f"{name} polarity"] = right / max(1, judged)
        out[f"{name} joint"] = 2 * joint / max(1, 2 * tp + fp + fn)
    return {key: round(float(value), 4) for key, value in out.items()}


TERMS = frozenset(
    """acting performance performances cast actors actor plot story script screenplay narrative
    premise ending writing music score soundtrack songs cinematography visuals photography camera
    direction director dialogue lines characters character effects animation editing
    pacing""".split()
)


def tree_report(documents: list[Document], said: list[Said]) -> dict[str, float]:
    """Return the accuracy of signs on the treebank: of sentences, and of words for aspects."""
    whole, words = [], []
    for read, s in zip(documents, said, strict=True):
        root = read.phrases[-1][2]
        if root != 2:
            whole.append((s.sentence[0, 2] > s.sentence[0, 0]) == (root > 2))
        for i, value in enumerate(local_labels(read)):
            if value != 2 and read.words[i] in TERMS:
                words.append((s.local[i, 2] > s.local[i, 0]) == (value > 2))
    return {"sentences": round(float(np.mean(whole)), 4), "words": round(float(np.mean(words)), 4)}
