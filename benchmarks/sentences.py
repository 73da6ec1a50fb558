"""Compare sentence splitters: ``python benchmarks/sentences.py [--data ../shared/data]``.

Prints a Markdown table: exact span F1 on web reviews (UD English EWT, dev) and on hard cases from
IMDB (dev), and speed on IMDB text, the best of several interleaved rounds of one run. Peers that
are not installed are left out; `pip install -r benchmarks/requirements.txt` brings them. They get
the text line by line, which serves them better than whole texts; reviewkit gets it whole.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

import reviewkit

Spans = Iterable[tuple[int, int]]
Split = Callable[[str], Spans]

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
ROUNDS = 5


def ours() -> Split:
    """Return the package's own splitter."""
    return lambda text: [(s.start, s.end) for s in reviewkit.split_sentences(text)]


def punkt() -> Split:
    """Return NLTK's Punkt without training."""
    splitter = import_module("nltk.tokenize.punkt").PunktSentenceTokenizer()
    return lambda text: list(splitter.span_tokenize(text))


def spacy() -> Split:
    """Return spaCy's rule-based sentencizer."""
    nlp = import_module("spacy").blank("en")
    nlp.add_pipe("sentencizer")
    nlp.max_length = 10**9
    return lambda text: [(s.start_char, s.end_char) for s in nlp(text).sents]


def syntok() -> Split:
    """Return syntok's segmenter."""
    segmenter = import_module("syntok.segmenter")

    def split(text: str) -> Spans:
        for paragraph in segmenter.analyze(text):
            for tokens in paragraph:
                yield tokens[0].offset, tokens[-1].offset + len(tokens[-1].value)

    return lambda text: list(split(text))


def pysbd() -> Split:
    """Return pySBD with offsets."""
    segmenter = import_module("pysbd").Segmenter(language="en", clean=False, char_span=True)
    return lambda text: [(s.start, s.end) for s in segmenter.segment(text)]


def blingfire() -> Split:
    """Return BlingFire, compiled C++."""
    split = import_module("blingfire").text_to_sentences_and_offsets
    return lambda text: split(text)[1]


PEERS = {
    "reviewkit": ours,
    "spacy": spacy,
    "syntok": syntok,
    "blingfire": blingfire,
    "nltk": punkt,
    "pysbd": pysbd,
}
NAMES = {
    "spacy": "spaCy sentencizer",
    "blingfire": "BlingFire (C++)",
    "nltk": "NLTK Punkt, untrained",
    "pysbd": "pySBD",
}


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a compressed JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def line_by_line(split: Split) -> Split:
    """Return a splitter that is given each line by itself."""

    def spans(text: str) -> Spans:
        at = 0
        for line in text.split("\n"):
            if line.strip():
                for start, end in split(line):
                    yield at + start, at + end
            at += len(line) + 1

    return spans


def trimmed(text: str, spans: Spans) -> set[tuple[int, int]]:
    """Return the spans without white space at their ends."""
    found = set()
    for start, end in spans:
        piece = text[start:end]
        if piece.strip():
            found.add((start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())))
    return found


def f1(split: Split, path: Path) -> float:
    """Return the F1 of exact spans over all documents of a file."""
    right = total = 0
    for document in rows(path):
        got = trimmed(document["text"], split(document["text"]))
        want = trimmed(document["text"], document["sentences"])
        right += len(got & want)
        total += len(got) + len(want)
    return 2 * right / total


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    data = parser.parse_args().data
    splits: dict[str, Split] = {}
    for name, make in PEERS.items():
        try:
            splits[name] = make()
        except ImportError:  # noqa: PERF203 - six rounds
            print(f"{name} is not installed", file=sys.stderr)
    reviews = islice(rows(data / "imdb" / "unsup.jsonl.gz"), 0, 10_000, 20)
    texts = [str(reviewkit.clean_html(row["html"])) for row in reviews]
    size = sum(len(text.encode()) for text in texts) / 1e6
    best = dict.fromkeys(splits, math.inf)
    for _ in range(ROUNDS):
        for name, split in splits.items():
            start = time.perf_counter()
            for text in texts:
                split(text)
            best[name] = min(best[name], time.perf_counter() - start)
    print("| splitter | EWT web reviews (dev) | IMDB hard cases (dev) | speed |")
    print("|---|---|---|---|")
    for name, split in splits.items():
        whole = split if name == "reviewkit" else line_by_line(split)
        scores = [
            f1(whole, data / "sentences" / f"{part}.jsonl.gz")
            for part in ("ewt_reviews_dev", "imdb_dev")
        ]
        speed = f"{size / best[name]:.2g} MB/s"
        label = f"{NAMES.get(name, name)} {version(name)}"
        print(f"| {label} | {scores[0]:.3f} | {scores[1]:.3f} | {speed} |")


if __name__ == "__main__":
    main()
