"""Soft labels: the mean of what two judges say of a review, as items for the student.

The judges are the teacher, which has read some of the reviews, and the pupil, a student that learnt
from it and reads all. Their mean is righter than the better one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from corpus import Document, Vocabulary
from student import SIGNS, Flat, Item, Student, flat, item
from teacher import Labels
from torch import Tensor

__all__ = ["soft_items"]

TOGETHER = 40  # documents that the student reads at a time
LIKELY = 0.4  # from here on an aspect's polarity is asked for
EVERY = 10  # ... and that of every tenth word


def soft_items(
    documents: list[Document],
    vocabulary: Vocabulary,
    labels: Sequence[Labels | None],
    pupil: Student | None = None,
) -> Iterator[Item]:
    """Yield each document with the mean of the teacher's labels, if any, and the pupil's."""
    if pupil:
        pupil.eval()
    for at in range(0, len(documents), TOGETHER):
        some = slice(at, at + TOGETHER)
        yield from _together(documents[some], vocabulary, labels[some], pupil)


def _together(
    documents: list[Document],
    vocabulary: Vocabulary,
    labels: Sequence[Labels | None],
    pupil: Student | None,
) -> Iterator[Item]:
    made = [item(read, vocabulary) for read in documents]
    b = flat(made)
    said = _says(pupil, b) if pupil else {}
    for i, (x, teacher) in enumerate(zip(made, labels, strict=True)):
        words = slice(b.offsets[i], b.offsets[i] + len(x.rows))
        sentences = slice(b.sentence_offsets[i], b.sentence_offsets[i] + len(x.starts))
        for name, place in (("found", sentences), ("target", words), ("sentence", sentences)):
            votes = [getattr(teacher, name).astype(np.float32)] if teacher else []
            votes += [said[name][place].numpy()] if pupil else []
            setattr(x, name, sum(votes) / len(votes))
        _ask(x, teacher)
    if pupil and not all(labels):
        asked = torch.from_numpy(
            np.concatenate([x.ask + o for x, o in zip(made, b.offsets, strict=True)])
        ).long()
        with torch.inference_mode():
            local = pupil(b, asked)["local"].softmax(1).numpy()
        ends = np.cumsum([len(x.ask) for x in made])[:-1]
        for x, teacher, one in zip(made, labels, np.split(local, ends), strict=True):
            if not teacher:
                x.local = one
    yield from made


def _says(pupil: Student, b: Flat) -> dict[str, Tensor]:
    with torch.inference_mode():
        out = pupil(b, torch.zeros(1, dtype=torch.long))
    return {
        "found": out["found"].sigmoid(),
        "target": out["target"].sigmoid(),
        "sentence": out["sentence"].softmax(1),
    }


def _ask(x: Item, teacher: Labels | None) -> None:
    """Choose the words whose signs are to be learnt, with what the teacher says of them.

    That is what it says of the word: it is right more often than what it says of its sentence and
    aspect, and than a pupil.
    """
    bounds = [*x.starts.tolist(), len(x.rows)]
    ask: list[int] = []
    for s in range(len(x.starts)):
        here = slice(bounds[s], bounds[s + 1])
        likely = np.flatnonzero(x.found[s] > LIKELY)
        ask += [bounds[s] + int(x.target[here, aspect].argmax()) for aspect in likely]
        ask += range(bounds[s] + s % 3, bounds[s + 1], EVERY)
    x.ask = np.array(ask, np.int32)
    x.local = np.zeros((len(ask), SIGNS), np.float32)
    if teacher:
        x.local += teacher.local[x.ask]
