"""Write the student as the file that ships: vectors in numbers of four bits, the rest as halves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from corpus import Vocabulary
from student import HEADS, HEARD, KEY, LEVELS, MOVERS, OWN, PARTS, REACH, VALUE, Student, step
from torch import Tensor

from reviewkit._model import COMMA, CONTRAST, SLOTS, hashed

__all__ = ["packed", "shifts_of", "write"]

FULL = 0.8  # the most of the slots of pairs that is taken


def packed(levels: np.ndarray) -> np.ndarray:
    """Return whole numbers from -8 to 7, two in each byte: the first half in the upper bits."""
    first, second = np.split((levels + 8).astype(np.uint8), 2, axis=1)
    return first << 4 | second


def steps(name: str, vectors: Tensor) -> dict[str, np.ndarray]:
    """Return vectors in steps, and the size of each one's steps."""
    size = step(vectors)
    levels = torch.round(vectors / size).clamp(-LEVELS, LEVELS).numpy()
    return {name: packed(levels), f"{name}_step": size[:, 0].numpy()}


def shifts_of(pairs: np.ndarray) -> np.ndarray:
    """Return shifts by which each pair of words gets a slot of its own in the model's table."""
    groups = 1
    while (shifts := _chosen(pairs, groups)) is None:
        groups *= 2
    return shifts


def _chosen(pairs: np.ndarray, groups: int) -> np.ndarray | None:
    """Return the shifts of so many groups, the largest served first; None if there are none."""
    if len(pairs) > FULL * SLOTS * groups:
        return None
    shifts, free = np.zeros(groups, np.uint8), np.ones(SLOTS * groups, bool)
    first, group = hashed(pairs, groups)
    order = group.argsort(kind="stable")
    ends = np.flatnonzero(np.diff(group[order])) + 1
    for members in sorted(np.split(order, ends), key=len, reverse=True):
        tried = (first[members] + np.arange(256)[:, None]) % len(free)
        good = free[tried].all(1) & (len(np.unique(tried[0])) == len(members))
        if not good.any():
            return None
        shift = good.argmax()
        shifts[group[members[0]]] = shift
        free[tried[shift]] = False
    return shifts


def write(student: Student, vocabulary: Vocabulary, path: Path) -> None:
    """Write the student's weights to a file that `reviewkit._model` reads."""
    held = {name: value.detach().numpy() for name, value in student.state_dict().items()}
    embed = held["embed.weight"]
    clause = np.zeros(len(embed), np.int8)
    for word in PARTS:
        clause[vocabulary.row(word)] = CONTRAST
    clause[vocabulary.row(",")] = COMMA
    assert held["distance"].shape[1] == REACH * 2 + 1
    arrays = {
        "words": np.frombuffer("\n".join(vocabulary.words).encode(), np.uint8),
        **steps("embed", student.embed.weight.detach()),
        "pairs": vocabulary.pairs.astype(np.int32),
        "pair_shifts": shifts_of(vocabulary.pairs),
        **steps("pair", student.pair.weight.detach()),
        "clause": clause,
        "capital": held["capital"],
        "near": held["near.weight"].T,
        "near_bias": held["near.bias"],
        "beside": held["beside.weight"].T,
        "wide": held["wide.weight"].T,
        "wide_bias": held["wide.bias"],
        "hears": np.array(HEARD, np.int16),
        "heard": held["heard.weight"].T,
        "whole": held["whole.weight"].T,
        "heads": np.concatenate([held["heads.weight"], held["movers.context.weight"]]).T,
        "heads_bias": np.append(held["heads.bias"], np.zeros(MOVERS)),
        "found_bias": held["found_bias"],
        "again": held["again.0.weight"].T,
        "again_bias": held["again.0.bias"],
        "again_out": held["again.2.weight"].T,
        "again_rest": held["again.2.bias"],
        "distance": held["distance"],
        "contrasts": held["clauses"],
        "commas": held["commas"],
        "bias": held["bias"],
        "mix": held["mix.weight"].T,
        "mix_bias": held["mix.bias"],
        "judge": held["judge.weight"].T,
        "judge_bias": held["judge.bias"],
        "parts": np.array([HEADS * KEY, HEADS * VALUE, OWN, MOVERS], np.int16),
        "mover_word": held["movers.word.weight"].T,
        "mover_target": held["movers.target.weight"].T,
        "mover_bias": held["movers.target.bias"],
        "mover_out": held["movers.out.weight"][0],
        "mover_rest": np.append(held["movers.out.bias"], held["movers.unheard"]),
    }
    small = {
        name: value.astype(np.float16) if value.dtype.kind == "f" else value
        for name, value in arrays.items()
    }
    assert len(embed) == vocabulary.size
    np.savez(path, **small)  # a wheel is compressed anyway, and this loads in half the time
