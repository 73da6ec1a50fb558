"""Write the student as the file that ships: vectors as bytes, the rest as halves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from corpus import Vocabulary
from student import HEADS, KEY, MOVERS, OWN, PARTS, REACH, VALUE, Student

from reviewkit._model import COMMA, CONTRAST

__all__ = ["write"]


def by_place(weight: np.ndarray) -> np.ndarray:
    """Return the matrix that gives what a word adds to one after it, to itself and to one before.

    The layer's own reads the word before, the word itself and the word after side by side.
    """
    return np.concatenate(np.split(weight.T, 3, axis=0), axis=1)


def write(student: Student, vocabulary: Vocabulary, path: Path) -> None:
    """Write the student's weights to a file that `reviewkit._model` reads."""
    held = {name: value.detach().numpy() for name, value in student.state_dict().items()}
    embed = held["embed.weight"]
    scale = np.maximum(np.abs(embed).max(1), 1e-6) / 127
    clause = np.zeros(len(embed), np.int8)
    for word in PARTS:
        clause[vocabulary.row(word)] = CONTRAST
    clause[vocabulary.row(",")] = COMMA
    assert held["distance"].shape[1] == REACH * 2 + 1
    arrays = {
        "words": np.frombuffer("\n".join(vocabulary.words).encode(), np.uint8),
        "embed": np.round(embed / scale[:, None]).astype(np.int8),
        "embed_scale": scale.astype(np.float16),
        "clause": clause,
        "capital": held["capital"],
        "near": by_place(held["near.weight"]),
        "near_bias": held["near.bias"],
        "wide": by_place(held["wide.weight"]),
        "wide_bias": held["wide.bias"],
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
        "mover_heard": held["movers.log_heard"],
        "mover_out": held["movers.out.weight"][0],
        "mover_rest": np.append(held["movers.out.bias"], held["movers.unheard"]),
    }
    small = {
        name: value.astype(np.float16) if value.dtype.kind == "f" else value
        for name, value in arrays.items()
    }
    assert len(embed) == vocabulary.size
    np.savez(path, **small)  # a wheel is compressed anyway, and this loads in half the time
