"""The table of word vectors that finds words like a user's own terms.

Each word of the raw reviews is read by itself by the encoder as it comes from the registry, not
fine-tuned; the main directions of its vectors are kept, four bits each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from corpus import Document
from encoder import SMALL
from export import packed
from transformers import AutoModel, AutoTokenizer

__all__ = ["vectors", "vocabulary", "write"]

RARE = 4  # words seen less often are left out
SIZE = 96
LEVELS = 7  # of four bits, on each side of 0
WIDE = 2.7  # standard deviations that they reach
BATCH = 512


def vocabulary(raw: Iterable[Document]) -> list[str]:
    """Return the words of the reviews that are not rare, the most frequent first."""
    counts = Counter(word for read in raw for word in read.words if word[0].isalpha())
    return [word for word, count in counts.most_common() if count >= RARE]


def vectors(words: list[str]) -> np.ndarray:
    """Return the encoder's vector of each word."""
    tokenizer = AutoTokenizer.from_pretrained(SMALL, local_files_only=True)
    encoder = AutoModel.from_pretrained(SMALL, local_files_only=True).eval()
    out = np.zeros((len(words), encoder.config.hidden_size), np.float32)
    order = sorted(range(len(words)), key=lambda i: (len(words[i]), i))
    with torch.inference_mode():
        for at in range(0, len(order), BATCH):
            rows = order[at : at + BATCH]
            pieces = tokenizer([words[i] for i in rows], padding=True, return_tensors="pt")
            real = pieces["attention_mask"][..., None]
            hidden = encoder(**pieces).last_hidden_state
            out[rows] = ((hidden * real).sum(1) / real.sum(1)).numpy()
    return out


def write(words: list[str], found: np.ndarray, path: Path) -> None:
    """Write the words and their vectors."""
    found = found / np.linalg.norm(found, axis=1, keepdims=True)
    found = found - found.mean(0)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    _, _, directions = np.linalg.svd(found[::3], full_matrices=False)
    kept = found @ directions[:SIZE].T  # similarities in 384 numbers, but for the tail
    step = (WIDE / LEVELS * kept.std(1, keepdims=True)).astype(np.float16)
    levels = np.clip(np.round(kept / step.astype(np.float32)), -LEVELS, LEVELS)
    np.savez_compressed(
        path,
        words=np.frombuffer("\n".join(words).encode(), np.uint8),
        vectors=packed(levels),
        step=step[:, 0],
    )
