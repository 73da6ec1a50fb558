"""Soft labels: the mean of what several judges say of a review, as items for the student.

The judges are teachers, which have read some of the reviews, and students that learnt from them,
which read all. Their mean is righter than the best of them.
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
    labels: Sequence[Sequence[Labels]],
    pupils: Sequence[Student] = (),
) -> Iterator[Item]:
    """Yield each document with the mean of the labels it has and of what the pupils say."""
    for pupil in pupils:
        pupil.eval()
    for at in range(0, len(documents), TOGETHER):
        yield from _together(
            documents[at : at + TOGETHER], vocabulary, labels[at : at + TOGETHER], pupils
        )


def _together(
    documents: list[Document],
    vocabulary: Vocabulary,
    labels: Sequence[Sequence[Labels]],
    pupils: Sequence[Student],
) -> Iterator[Item]:
    made = [item(read, vocabulary) for read in documents]
    b = flat(made)
    said = [_says(pupil, b) for pupil in pupils]
    for i, (x, judges) in enumerate(zip(made, labels, strict=True)):
        words = slice(b.offsets[i], b.offsets[i] + len(x.rows))
        sentences = slice(b.sentence_offsets[i], b.sentence_offsets[i] + len(x.starts))
        for name, place in (("found", sentences), ("target", words), ("sentence", sentences)):
            votes = [getattr(one, name).astype(np.float32) for one in judges]
            votes += [one[name][place].numpy() for one in said]
            setattr(x, name, sum(votes) / len(votes))
        _ask(x, judges)
    if pupils and not all(labels):
        asked = torch.from_numpy(
            np.concatenate([x.ask + o for x, o in zip(made, b.offsets, strict=True)])
        ).long()
        with torch.inference_mode():
            local = sum(pupil(b, asked)["local"].softmax(1) for pupil in pupils) / len(pupils)
        ends = np.cumsum([len(x.ask) for x in made])[:-1]
        for x, judges, one in zip(made, labels, np.split(local.numpy(), ends), strict=True):
            if not judges:
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


def _ask(x: Item, judges: Sequence[Labels]) -> None:
    """Choose the words whose signs are to be learnt, with what the teachers say of them.

    That is what they say of the word: it is right more often than what they say of its sentence and
    aspect, and than the pupil.
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
    for one in judges:
        x.local += one.local[x.ask].astype(np.float32) / len(judges)
