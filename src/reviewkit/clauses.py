"""Where a sentence changes its mind: the clauses that speak for themselves."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from reviewkit._data import load
from reviewkit.tokens import Lexicon, phrases

__all__ = ["BREAKS", "COMMA", "Clauses", "contrast_words"]

COMMA = ","
BREAKS = frozenset(",;:()[]—–-…")  # marks that part clauses; all but a comma as contrasts do


@cache
def _connectives() -> Lexicon[str]:
    """Return the words that start a clause that speaks for itself, with the kind of clause."""
    kinds = load("sentiment.toml")["scope"]
    return Lexicon({phrase: kind for kind in kinds for phrase in phrases(kinds[kind])})


def contrast_words() -> frozenset[str]:
    """Return the single words and marks that part clauses by themselves, without the comma.

    Example:
        >>> {"but", "despite", ";"} <= contrast_words()
        True
    """
    single = {words[0] for words in _connectives().values if len(words) == 1}
    return frozenset(single | BREAKS - {COMMA})


class Clauses:
    """Which clause each word of a sentence stands in.

    Args:
        words: the words and marks of a sentence in lower case, as `tokenize` gives them.

    Attributes:
        contrasts: for each word how many contrasts (or brackets, dashes, semicolons) precede it
            or start with it; "despite" and the like open a clause that ends at the next comma.
        commas: for each word how many commas precede it.

    Example:
        >>> Clauses(["good", ",", "but", "too", "long"]).contrasts
        [0, 0, 1, 1, 1]
    """

    def __init__(self, words: list[str]) -> None:
        kinds = {first: kind for first, _, kind in _connectives().find(words)}
        breaks = [i for i, word in enumerate(words) if word in BREAKS or i in kinds]
        before = breaks[0] if breaks else len(words)
        self.contrasts = [0] * before
        self.commas = [0] * before
        contrast = comma = 0
        conceding = False
        for i, stop in pairwise([*breaks, len(words)]):
            if words[i] == COMMA:
                comma += 1
                contrast += conceding
                conceding = False
            else:
                contrast += 1
                conceding = kinds.get(i) == "concessions"
            self.contrasts += [contrast] * (stop - i)
            self.commas += [comma] * (stop - i)
