"""Words that are like the terms of an aspect: "snacks" where the terms are of food.

A table made by `training/related.py` holds a vector for each of 55,000 words.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from reviewkit._data import read
from reviewkit._steps import Steps

__all__ = ["related_words"]

_LEAST = 0.58  # the least sum of similarities to k terms, over the root of k: chance grows like it
_MARGIN = 0.2  # ... and by how much it exceeds that of any other aspect

Floats: TypeAlias = NDArray[np.float32]


@cache
def _table() -> tuple[dict[str, int], Floats]:
    """Return the row of each word, and the vectors."""
    with np.load(io.BytesIO(read("related.npz"))) as stored:
        words = stored["words"].tobytes().decode().split("\n")
        vectors = Steps(stored["vectors"], stored["step"])
    return {word: row for row, word in enumerate(words)}, vectors[:]


def related_words(terms: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return for each aspect the words that are like its terms, and like no other aspect's.

    The more terms there are, the surer it can be of a word: one or two give hardly any.

    Example:
        >>> food = ["food", "dish", "meal", "menu", "soup", "drink", "dessert"]
        >>> words = related_words({"food": food, "service": ["waiter", "waitress", "staff"]})
        >>> "snacks" in words["food"], "actor" in words["food"]
        (True, False)
    """
    rows, vectors = _table()
    scores = []
    for listed in terms.values():
        known = [rows[term] for term in dict.fromkeys(map(str.lower, listed)) if term in rows]
        of_all = vectors[known].sum(0) / max(1, len(known)) ** 0.5
        scores.append(vectors @ of_all)
    found = np.array(scores, np.float32).reshape(len(terms), len(rows))
    words = [*rows]
    out = {}
    for number, aspect in enumerate(terms):
        others = np.delete(found, number, axis=0).max(0, initial=-np.inf)
        chosen = (found[number] >= _LEAST) & (found[number] >= others + _MARGIN)
        out[aspect] = [words[row] for row in np.flatnonzero(chosen).tolist()]
    return out
