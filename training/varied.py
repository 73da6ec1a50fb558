"""Varied sentences: the treebank's, with other words for some of theirs.

They are for a teacher that has read the trees: it tells what the words do to them (as TinyBERT's
did: Jiao et al., 2020).
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
from corpus import Document, Vocabulary, document
from numpy.typing import NDArray

__all__ = ["varied"]

VERSIONS, CHANGED, LIKE = 4, 0.35, 8  # of each tree; share of its words; words to choose from
TOGETHER = 500  # words compared at a time


def varied(
    trees: list[Document], vocabulary: Vocabulary, vectors: NDArray[np.float32], seed: int
) -> Iterator[Document]:
    """Yield each sentence some times over, with words of like vectors for some of its own."""
    like = _like(trees, vocabulary, vectors[: 1 + len(vocabulary.words)])
    rng = random.Random(seed)
    for read in trees:
        for _ in range(VERSIONS):
            said = [read.text[start:end] for start, end in read.spans]
            for i, word in enumerate(read.words):
                if word in like and rng.random() < CHANGED:
                    other = rng.choice(like[word])
                    said[i] = other.capitalize() if said[i][0].isupper() else other
            text = " ".join(said)
            yield document(text, [(0, len(text))])


def _like(
    documents: list[Document], vocabulary: Vocabulary, vectors: NDArray[np.float32]
) -> dict[str, list[str]]:
    """Return for the words of documents those whose vectors point the same way most nearly."""
    words = ["", *vocabulary.words]
    seen = np.abs(vectors).sum(1) > 0
    vectors = vectors - vectors[seen].mean(0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    known = np.flatnonzero(seen & [word.isalpha() for word in words])
    among = vectors[known].T.copy()
    met = {word for read in documents for word in read.words}
    asked = [row for row in known.tolist() if words[row] in met]
    like = {}
    for at in range(0, len(asked), TOGETHER):
        rows = asked[at : at + TOGETHER]
        nearest = np.argsort(-(vectors[rows] @ among), axis=1, kind="stable")[:, 1 : LIKE + 1]
        for row, some in zip(rows, nearest.tolist(), strict=True):
            like[words[row]] = [words[known[i]] for i in some]
    return like
