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
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import tomllib
from corpus import POLARITIES, POLARITY_SIGNS, UNKNOWN, Document, document

from reviewkit._model import ASPECTS

__all__ = ["THINGS", "constructions"]

_MADE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


@cache
def _listed(table: str, name: str) -> list[str]:
    return " ".join(_MADE[table][name].split()).split(", ")


THINGS = [word for aspect in _MADE["targets"] for word in _listed("targets", aspect)]
_SIGNS = {"-": "negative", "?": "mixed", "0": "neutral", "+": "positive"}
_TARGET = re.compile(r"<(?:(It|[a-z]+)?([-+?0])(?::([^>]*))?)>")


def constructions(seed: int, each: int, verdicts: Mapping[str, list[str]]) -> list[Document]:
    """Make so many documents of each form.

    Half of the words of praise and of blame are drawn from `verdicts`, which has lists of the same
    names as the file's.
    """
    rng = random.Random(seed)

    def make(forms: str) -> list[Document]:
        return [_made(form, verdicts, rng) for form in forms.splitlines() for _ in range(each)]

    made, told = make(_MADE["forms"]), make(_MADE["whole"])
    for read in told:
        read.signs = POLARITY_SIGNS[[read.targets[0][3]]]
    return made + told


def _made(form: str, verdicts: Mapping[str, list[str]], rng: random.Random) -> Document:
    """Fill in a form."""

    def word(match: re.Match[str]) -> str:
        more = verdicts.get(match[1])
        return rng.choice(more if more and rng.random() < 0.5 else _listed("words", match[1]))

    form = re.sub(r"\{(\w+)\}", word, form)
    form = re.sub(r"\ba (?=[aeio])", "an ", form)
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
            words = rng.choice(_listed("targets", ASPECTS[aspect]))
        marked.append((len(text), len(text) + len(words), aspect, POLARITIES.index(_SIGNS[sign])))
        text += words
    text += form[at:]
    text = re.sub(r"(?:^|(?<=[.?!] ))[a-z]", lambda match: match[0].upper(), text)
    return _labelled(text, marked)


def _labelled(text: str, marked: list[tuple[int, int, int, int]]) -> Document:
    mark = re.search(r"(?<!\bMr)(?<!\bMrs)[.?!] ", text)
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
