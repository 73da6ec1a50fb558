"""Write the student as the file that ships: vectors as bytes, the rest as halves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from corpus import Vocabulary
from student import HEADS, KEY, OWN, PARTS, REACH, VALUE, Item, Student, flat

from reviewkit._model import COMMA, CONTRAST

__all__ = ["write"]


def write(student: Student, vocabulary: Vocabulary, path: Path) -> None:
    """Write the student's weights to a file that `reviewkit._model` reads."""
    held = {name: value.detach().numpy() for name, value in student.state_dict().items()}
    embed = held["embed.weight"]
    scale = np.maximum(np.abs(embed).max(1), 1e-6) / 127
    size = embed.shape[1]
    clause = np.zeros(len(embed), np.int8)
    for word in PARTS:
        clause[vocabulary.row(word)] = CONTRAST
    clause[vocabulary.row(",")] = COMMA
    # Row k * size of the layer's matrix multiplies the word k - 1 places on: seen from a word,
    # the first third is what it adds to the next one, the last third to the one before.
    near = np.concatenate(np.split(held["near.weight"].T, 3, axis=0), axis=1)
    assert held["distance"].shape[1] == REACH * 2 + 1
    arrays = {
        "words": np.frombuffer("\n".join(vocabulary.words).encode(), np.uint8),
        "embed": np.round(embed / scale[:, None]).astype(np.int8),
        "embed_scale": scale.astype(np.float16),
        "clause": clause,
        "capital": held["capital"],
        "near": near,
        "near_bias": held["near.bias"],
        "wide": held["wide.weight"].T,
        "wide_bias": held["wide.bias"],
        "whole": held["whole.weight"].T,
        "heads": held["heads.weight"].T,
        "heads_bias": held["heads.bias"],
        "found_bias": held["found_bias"],
        "distance": held["distance"],
        "contrasts": held["clauses"],
        "commas": held["commas"],
        "bias": held["bias"],
        "mix": held["mix.weight"].T,
        "mix_bias": held["mix.bias"],
        "judge": held["judge.weight"].T,
        "judge_bias": held["judge.bias"],
        "parts": np.array([HEADS * KEY, HEADS * VALUE, OWN], np.int16),
        "alone": _alone(student, len(embed)),
    }
    small = {
        name: value.astype(np.float16) if value.dtype.kind == "f" else value
        for name, value in arrays.items()
    }
    assert embed.shape == (vocabulary.size, size)
    np.savez_compressed(path, **small)


def _alone(student: Student, rows: int) -> np.ndarray:
    """Return for each row how sure the student is of praise or blame if it sees only that word."""
    out = np.zeros(rows, np.float32)
    student.eval()
    with torch.inference_mode():
        for first in range(1, rows, 2000):
            items = [
                Item(
                    np.array([row], np.int32),
                    np.zeros(1, np.int8),
                    np.zeros(1, np.int16),
                    np.zeros(1, np.int32),
                )
                for row in range(first, min(first + 2000, rows))
            ]
            logits = student(flat(items), torch.zeros(1, dtype=torch.long))["sentence"]
            out[first : first + len(items)] = (logits[:, 2] - logits[:, 0]).abs().numpy()
    return out
