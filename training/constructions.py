"""Made-up sentences whose construction decides what is thought of an aspect.

Negation, wishes and lacks, concession, comparison, what is only implied, pronouns, idioms, and
words of an aspect used otherwise: labelled reviews hold too few of each to learn it from. A form in
`constructions.toml` says where its targets are and what is thought of them: ``<+>`` and ``<->``
become words for an aspect, praised or blamed, ``<0>`` named only and ``<?>`` both praised and
blamed; ``<It+>`` is the target of the sentence before; ``<acting+:never puts a foot wrong>`` gives
the aspect and its words. ``{good}`` and the like are drawn from lists.
"""

from __future__ import annotations

import random
import re
from pathlib import Path

import numpy as np
import tomllib
from corpus import POLARITIES, POLARITY_SIGNS, UNKNOWN, Document, document

from reviewkit._model import ASPECTS

__all__ = ["constructions"]

_MADE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_SIGNS = {"-": "negative", "?": "mixed", "0": "neutral", "+": "positive"}
_TARGET = re.compile(r"<(?:(It|[a-z]+)?([-+?0])(?::([^>]*))?)>")


def constructions(seed: int, each: int) -> list[Document]:
    """Make so many documents of each form."""
    rng = random.Random(seed)
    made = [_made(form, rng) for form in _MADE["forms"].splitlines() for _ in range(each)]
    told = [_made(form, rng) for form in _MADE["whole"].splitlines() for _ in range(each)]
    for read in told:
        read.signs = POLARITY_SIGNS[[read.targets[0][3]]]
    return made + told


def _one(table: str, name: str, rng: random.Random) -> str:
    return rng.choice(" ".join(_MADE[table][name].split()).split(", "))


def _made(form: str, rng: random.Random) -> Document:
    """Fill in a form."""
    form = re.sub(r"\{(\w+)\}", lambda match: _one("words", match[1], rng), form)
    aspects = rng.sample(ASPECTS, len(ASPECTS))
    text, at, number = "", 0, 0
    marked: list[tuple[int, int, int, int]] = []
    for match in _TARGET.finditer(form):
        text += form[at : match.start()]
        at = match.end()
        named, sign, words = match.groups()
        if named == "It":  # what the sentence before named
            aspect, words = marked[-1][2], "it"
        elif named:
            aspect = ASPECTS.index(named)
        else:
            aspect, number = ASPECTS.index(aspects[number]), number + 1
            words = _one("targets", ASPECTS[aspect], rng)
        marked.append((len(text), len(text) + len(words), aspect, POLARITIES.index(_SIGNS[sign])))
        text += words
    text += form[at:]
    text = re.sub(r"(?:^|(?<=[.?!] ))[a-z]", lambda match: match[0].upper(), text)
    return _labelled(text, marked)


def _labelled(text: str, marked: list[tuple[int, int, int, int]]) -> Document:
    mark = re.search("[.?!] ", text)
    cut = mark.end() - 1 if mark else 0
    read = document(text, [(0, cut), (cut + 1, len(text))] if cut else [(0, len(text))])
    begins, ends = zip(*read.spans, strict=True)
    bounds = [*read.starts, len(read.words)]
    read.found = np.zeros((len(read.starts), len(ASPECTS)), np.int8)
    read.polarity = np.full(read.found.shape, UNKNOWN, np.int8)
    for start, end, aspect, sign in marked:
        first = next(i for i, stop in enumerate(ends) if stop > start)
        stop = next((i for i, begin in enumerate(begins) if begin >= end), len(begins))
        sentence = next(i for i, _ in enumerate(bounds) if first < bounds[i + 1])
        read.found[sentence, aspect], read.polarity[sentence, aspect] = 1, sign
        read.targets.append((first, stop, aspect, sign))
    return read
