"""Vectors in few bits, as the data files hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Steps"]


class Steps:
    """Vectors held as whole steps, two numbers of four bits in each byte.

    Args:
        packed: (vectors, numbers / 2): the first half of the numbers in the upper bits.
        step: the size of each vector's steps.
    """

    def __init__(self, packed: NDArray[np.uint8], step: NDArray[np.float32]) -> None:
        self.packed, self.step = packed, step.astype(np.float32)

    def __len__(self) -> int:
        """Return how many vectors there are."""
        return len(self.packed)

    def __getitem__(self, rows: NDArray[np.intp] | int | slice) -> NDArray[np.float32]:
        """Return some of the vectors."""
        packed, step = self.packed[rows], self.step[rows]
        levels = np.concatenate([packed >> 4, packed & 15], axis=-1, dtype=np.float32)
        levels -= 8
        levels *= step[..., None]
        return levels
