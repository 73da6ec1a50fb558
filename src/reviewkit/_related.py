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

__all__ = ["related_words"]

_LEAST = 0.58  # the least sum of similarities to k terms, over the root of k: chance grows like it
_MARGIN = 0.2  # ... and by how much it exceeds that of any other aspect

Floats: TypeAlias = NDArray[np.float32]


@cache
def _table() -> tuple[dict[str, int], Floats, Floats]:
    """Return the row of each word, the vectors in whole steps, and the size of each one's steps."""
    with np.load(io.BytesIO(read("related.npz"))) as stored:
        words = stored["words"].tobytes().decode().split("\n")
        packed, step = stored["vectors"], stored["step"].astype(np.float32)
    half = packed.shape[1]
    levels = np.empty((len(words), 2 * half), np.float32)
    levels[:, :half] = packed >> 4  # two numbers of four bits in each byte
    levels[:, half:] = packed & 15
    levels -= 8
    return {word: row for row, word in enumerate(words)}, levels, step


def related_words(terms: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return for each aspect the words that are like its terms, and like no other aspect's.

    The more terms there are, the surer it can be of a word: one or two give hardly any.

    Example:
        >>> food = ["food", "dish", "meal", "menu", "soup", "drink", "dessert"]
        >>> words = related_words({"food": food, "service": ["waiter", "waitress", "staff"]})
        >>> "snacks" in words["food"], "actor" in words["food"]
        (True, False)
    """
    rows, levels, step = _table()
    scores = []
    for listed in terms.values():
        known = [rows[term] for term in dict.fromkeys(map(str.lower, listed)) if term in rows]
        of_all = (levels[known] * step[known, None]).sum(0) / max(1, len(known)) ** 0.5
        scores.append(levels @ of_all * step)
    found = np.array(scores, np.float32).reshape(len(terms), len(rows))
    words = [*rows]
    out = {}
    for number, aspect in enumerate(terms):
        others = np.delete(found, number, axis=0).max(0, initial=-np.inf)
        chosen = (found[number] >= _LEAST) & (found[number] >= others + _MARGIN)
        out[aspect] = [words[row] for row in np.flatnonzero(chosen).tolist()]
    return out
