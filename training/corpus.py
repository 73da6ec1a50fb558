"""Labelled and raw reviews as words with labels, the form in which both models are trained.

A `Document` holds the words of a text as the package itself parts them, and whatever is known of
it: which words name an aspect, what is thought of it, and the treebank's labels of phrases.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reviewkit import clean_html, split_sentences
from reviewkit._model import ASPECTS, row_of
from reviewkit.tokens import tokenize

POLARITIES = ("negative", "mixed", "neutral", "positive")
VOCABULARY = 30_000
PAIRS = 49_152
SUFFIXES = 1_000  # rows shared by words outside the vocabulary
# What the treebank's labels from 0 to 4, and the polarities, say as shares: blame, neither, praise.
TREE_SIGNS = np.array(
    [[1, 0, 0], [0.85, 0.15, 0], [0, 1, 0], [0, 0.15, 0.85], [0, 0, 1]], np.float32
)
POLARITY_SIGNS = np.array([[1, 0, 0], [0.5, 0, 0.5], [0, 1, 0], [0, 0, 1]], np.float32)
UNKNOWN = -1  # the label of a pair that two readers disagreed on

Bytes = NDArray[np.int8]


@dataclass(slots=True)
class Document:
    """A text's words, its sentences and its labels.

    Attributes:
        text: the clean text.
        words: its words and marks in lower case.
        spans: where each stands in the text.
        starts: the first word of each sentence.
        found: for each sentence and aspect 1 where it is judged or named, `UNKNOWN` if disputed.
        polarity: for each sentence and aspect an index of `POLARITIES`, or `UNKNOWN`.
        targets: (first word, one past the last, aspect, polarity) of each target.
        phrases: (first word, one past the last, label from 0 to 4) of each phrase of a tree.
        rating: from 1 to 10, or 0.
        signs: for each sentence the shares of blame, neither and praise, or None.
    """

    text: str
    words: list[str]
    spans: list[tuple[int, int]]
    starts: list[int]
    found: Bytes | None = None
    polarity: Bytes | None = None
    targets: list[tuple[int, int, int, int]] = field(default_factory=list)
    phrases: list[tuple[int, int, int]] = field(default_factory=list)
    rating: int = 0
    signs: NDArray[np.float32] | None = None


def rows(path: Path, limit: int | None = None) -> Iterator[dict[str, object]]:
    """Yield the rows of a compressed JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in islice(stream, limit):
            yield json.loads(line)


def document(text: str, sentences: list[tuple[int, int]] | None = None) -> Document:
    """Part a clean text into words, and sentences unless they are given."""
    tokens = tokenize(text)
    spans = [tokens.span(i, i + 1) for i in range(len(tokens.words))]
    if sentences is None:
        sentences = [(s.start, s.end) for s in split_sentences(text)]
    begins = [start for start, _ in spans]
    starts: list[int] = []
    for start, _ in sentences:
        first = bisect_right(begins, start - 1)
        if first < len(spans) and (not starts or first > starts[-1]):
            starts.append(first)
    if spans and (not starts or starts[0]):
        starts.insert(0, 0)
    return Document(text, tokens.words, spans, starts)


def film_aspects(data: Path, part: str, limit: int | None = None) -> list[Document]:
    """Read the reviews labelled for aspects; see ``film_aspects/GUIDELINES.md`` of the data."""
    return [_labelled(row) for row in rows(data / "film_aspects" / f"{part}.jsonl.gz", limit)]


def _labelled(row: dict) -> Document:
    text = clean_html(row["html"])
    raw_starts = [text.source_span(i, i + 1)[0] for i in range(len(text))]

    def clean(span: tuple[int, int]) -> tuple[int, int]:
        return bisect_right(raw_starts, span[0] - 1), bisect_right(raw_starts, span[1] - 1)

    sentences = [clean(span) for span in row["sentences"]]
    read = document(text, sentences)
    begins = [start for start, _ in read.spans]
    ends = [end for _, end in read.spans]
    first_words = [bisect_right(ends, start) for start, _ in sentences]
    found = np.zeros((len(read.starts), len(ASPECTS)), np.int8)
    polarity = np.full((len(read.starts), len(ASPECTS)), UNKNOWN, np.int8)
    for label in row["labels"]:
        word = min(first_words[label["sentence"]], len(begins) - 1)
        sentence = bisect_right(read.starts, word) - 1
        aspect = ASPECTS.index(label["aspect"])
        if label["polarity"] == "disputed":
            found[sentence, aspect] = UNKNOWN
            continue
        value = POLARITIES.index(label["polarity"])
        found[sentence, aspect], polarity[sentence, aspect] = 1, value
        for target in label["targets"]:
            if target["span"]:
                start, end = clean(target["span"])
                first, stop = bisect_right(ends, start), bisect_right(begins, end - 1)
                if first < stop:
                    read.targets.append((first, stop, aspect, value))
    read.found, read.polarity = found, polarity
    return read


def treebank(data: Path, part: str, limit: int | None = None) -> list[Document]:
    """Read the treebank's sentences, written as prose again, with the labels of their phrases."""
    with gzip.open(data / "sst" / f"{part}.trees.txt.gz", "rt", encoding="utf-8") as stream:
        return [_tree(line) for line in islice(stream, limit) if line.strip()]


_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "``": '"', "''": '"'}
_GLUED = re.compile(r"[.,!?;:)%]|\.\.\.|n't$|'(?:s|re|ve|ll|d|m)$")


def _tree(line: str) -> Document:
    text = ""
    places: list[tuple[int, int]] = []
    open_phrases: list[tuple[int, int]] = []
    phrases: list[tuple[int, int, int]] = []
    for label, word, close in re.findall(r"\((\d) ?|([^\s()]+)|(\))", line):
        if label:
            open_phrases.append((len(places), int(label)))
        elif word:
            written = _BRACKETS.get(word, word).replace("\\/", "/")
            if text and not text.endswith("(") and not _GLUED.match(written):
                text += " "
            places.append((len(text), len(text) + len(written)))
            text += written
        elif close:
            first, value = open_phrases.pop()
            phrases.append((first, len(places), value))
    read = document(text, [(0, len(text))])
    begins = [start for start, _ in read.spans]
    ends = [end for _, end in read.spans]
    for first, stop, value in phrases:
        a = bisect_right(ends, places[first][0])
        b = bisect_right(begins, places[stop - 1][1] - 1)
        if a < b:
            read.phrases.append((a, b, value))
    return read


def local_labels(read: Document) -> NDArray[np.int8]:
    """Return for each word the label of the smallest phrase around it that is not neutral."""
    labels = np.full(len(read.words), 2, np.int8)
    size = np.full(len(read.words), 1 << 20)
    for first, stop, value in read.phrases:
        if value != 2:
            here = np.arange(first, stop)
            here = here[size[here] > stop - first]
            labels[here], size[here] = value, stop - first
    return labels


def raw_reviews(data: Path, limit: int | None = None) -> list[Document]:
    """Read IMDB's reviews, without every 10th of ``train`` and the texts of the other dev parts."""
    kept_back = {row["html"] for row in rows(data / "film_aspects" / "dev.jsonl.gz")}
    kept_back |= {row["text"] for row in rows(data / "sentences" / "imdb_dev.jsonl.gz")}
    found = []
    for part in ("unsup", "train"):
        for i, row in enumerate(rows(data / "imdb" / f"{part}.jsonl.gz", limit)):
            if (part == "train" and i % 10 == 0) or row["html"] in kept_back:
                continue
            text = str(clean_html(row["html"]))
            if text not in kept_back:
                read = document(text)
                read.rating = int(row.get("rating", 0))
                found.append(read)
    return found


_THINGS = """
acting, actors, ambience, app, atmosphere, band, battery, bed, book, camera, car, cast,
characters, chicken, coffee, delivery, design, dialogue, dinner, direction, driver, editing,
effects, ending, film, fish, food, game, guide, host, hotel, interface, keyboard, lesson,
lighting, location, manager, meal, menu, movie, music, pacing, performance, photography, place,
plot, portions, prices, product, quality, room, salad, score, screen, script, seating, series,
server, service, soundtrack, staff, steak, story, support, sushi, teacher, tickets, view, waiter,
waitress, wine, writing
"""
_SAID = """
the {thing} was {word}|the {thing} is {word} .|{word} {thing}|the {thing} was not {word}
|{word} {thing} , but the {other} was {opposed}|the {thing} was {word} and the {other} {opposed} .
|we had {word} {thing}|i found the {thing} {word} .|the {thing} seemed very {word} to me
|not only was the {thing} {word} , the {other} was {opposed} too .|a bit {word}|it was {word} !
|the {thing} could have been {word}|despite the {word} {thing} , the {other} was {opposed} .
|never had such {word} {thing} before|the {thing} wasn't {word} at all
"""


def phrases_of_praise(seed: int, limit: int | None = None) -> list[Document]:
    """Make short sentences of the words of TextBlob's lexicon, about things of many trades.

    They teach the student words of praise and blame that film reviews seldom hold.
    """
    from textblob.en import sentiment  # noqa: PLC0415 - only this needs it

    sentiment.load()
    rng = random.Random(seed)
    words = sorted(w for w in dict.keys(sentiment) if w.isalpha() and w.isascii())
    things = [" ".join(t.split()) for t in _THINGS.split(",")]
    said = ["".join(t.split("\n")) for t in _SAID.split("|")]
    rng.shuffle(words)
    made = []
    for word in words[:limit]:
        for form in rng.sample(said, 5):
            thing, other = rng.sample(things, 2)
            text = form.strip().format(
                thing=thing, other=other, word=word, opposed=rng.choice(words)
            )
            made.append(document(text, [(0, len(text))]))
    return made


_CLEAR = 0.25  # polarity of TextBlob's from which on an adjective is a verdict
_THINGS_AT_LEAST = 3
_DEGREES = frozenset("better best worse worst greater greatest".split())


def verdicts(
    trees: Iterable[Document], raw: Iterable[Document], things: Iterable[str]
) -> dict[str, list[str]]:
    """Return adjectives of praise and of blame on which the treebank and TextBlob agree.

    Raw reviews must say them of at least three of the things, and of none of these more than half
    of the time, as they say "happy" of an ending.
    """
    from textblob.en import sentiment  # noqa: PLC0415 - only this and the one above need it

    sentiment.load()
    label = {
        read.words[first]: value
        for read in trees
        for first, stop, value in read.phrases
        if stop - first == 1
    }
    found: dict[str, list[str]] = {"good": [], "bad": []}
    for word in sorted(label.keys() - _DEGREES):
        polarity = dict.get(sentiment, word, {}).get("JJ", (0.0,))[0]
        if polarity >= _CLEAR and label[word] > 2:
            found["good"].append(word)
        elif polarity <= -_CLEAR and label[word] < 2:
            found["bad"].append(word)
    said_of = {word: Counter() for words in found.values() for word in words}
    things = frozenset(things)
    for read in raw:
        for word, thing in pairwise(read.words):
            if thing in things and word in said_of:
                said_of[word][thing] += 1
    return {
        name: [
            word
            for word in words
            if len(said_of[word]) >= _THINGS_AT_LEAST
            and 2 * max(said_of[word].values()) <= said_of[word].total()
        ]
        for name, words in found.items()
    }


class Vocabulary:
    """Rows of words: the known ones, and one for each likeness of the others; and pairs of words.

    Attributes:
        pairs: each known pair of neighbours as ``first * size + second``, in order.
    """

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.rows = {word: i + 1 for i, word in enumerate(words)}
        self.size = 1 + len(words) + SUFFIXES
        self.pairs = np.zeros(0, np.int64)

    @classmethod
    def of(cls, documents: Iterable[Document], size: int = VOCABULARY) -> Vocabulary:
        """Take the words that stand in most documents."""
        count = Counter(word for read in documents for word in set(read.words))
        best = sorted(count, key=lambda word: (-count[word], word))
        return cls([word for word in best[:size] if count[word] > 1])

    def learn_pairs(self, documents: Iterable[Document], size: int = PAIRS) -> None:
        """Take the pairs of neighbours that are met most."""
        met = []
        for read in documents:
            rows = np.array([self.row(word) for word in read.words], np.int64)
            met.append(rows[:-1] * self.size + rows[1:])
        pairs, count = np.unique(np.concatenate(met), return_counts=True)
        best = np.lexsort((pairs, -count))[:size]
        self.pairs = np.sort(pairs[best[count[best] > 1]])

    def row(self, word: str) -> int:
        """Return a word's row."""
        return row_of(word, self.rows, SUFFIXES)
