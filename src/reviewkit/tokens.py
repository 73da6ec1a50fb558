"""Words and where they stand, and a lexicon of words and phrases to look them up in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

__all__ = ["TOKEN", "Lexicon", "Tokens", "lower", "phrases", "tokenize"]

T = TypeVar("T")

# Words keep their apostrophes; a hyphen inside a word only parts it, a dash is a mark.
TOKEN = re.compile(r"\w+(?:['’]\w+)*|-(?<!\w-)|-(?!\w)|[^\w\s-]")
_APOSTROPHES = str.maketrans("’‘ʼ", "'''")


class Tokens:
    """The words and marks of a stretch of text, in lower case.

    Attributes:
        words: the words and marks in order.
    """

    __slots__ = ("_matches", "_offset", "words")

    def __init__(self, text: str, start: int, end: int) -> None:
        self._offset = start
        self._matches = list(TOKEN.finditer(lower(text[start:end])))
        self.words = [match[0] for match in self._matches]

    def span(self, first: int, stop: int) -> tuple[int, int]:
        """Return the span of the words from `first` up to `stop`, counted in the whole text."""
        matches = self._matches
        return self._offset + matches[first].start(), self._offset + matches[stop - 1].end()

    def inside(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the first and last of the words that overlap a span, or None."""
        start, end = start - self._offset, end - self._offset
        found = [i for i, m in enumerate(self._matches) if m.end() > start and m.start() < end]
        return (found[0], found[-1]) if found else None


def tokenize(text: str, start: int = 0, end: int | None = None) -> Tokens:
    """Find the words and marks of ``text[start:end]``; spans count from the start of `text`.

    Example:
        >>> tokens = tokenize("It isn’t well-made!")
        >>> tokens.words
        ['it', "isn't", 'well', 'made', '!']
        >>> tokens.span(2, 4)
        (9, 18)
    """
    return Tokens(text, start, len(text) if end is None else end)


def lower(text: str) -> str:
    """Lower-case without moving an offset, and write every apostrophe alike.

    A letter whose lower case is longer than itself stays as it is.
    """
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    return lowered.translate(_APOSTROPHES)


def phrases(text: str) -> list[str]:
    """Return the items of a comma-separated list, each with single spaces."""
    return [" ".join(phrase.split()) for phrase in text.split(",")]


class Lexicon(Generic[T]):
    """Values of words and phrases; at any place the longest phrase wins.

    Example:
        >>> lexicon = Lexicon({"good": 1, "not only": 0})
        >>> list(lexicon.find(tokenize("not only good").words))
        [(0, 2, 0), (2, 3, 1)]
    """

    def __init__(self, values: Mapping[str, T]) -> None:
        self.values = {tuple(phrase.split()): value for phrase, value in values.items()}
        self.longest: dict[str, int] = {}
        for words in self.values:
            self.longest[words[0]] = max(len(words), self.longest.get(words[0], 0))

    def find(self, words: list[str]) -> Iterator[tuple[int, int, T]]:
        """Yield (first word, one past the last, value) of each phrase found, in order."""
        longest, values = self.longest, self.values
        at = 0
        for first in [i for i, word in enumerate(words) if word in longest]:
            if first < at:
                continue
            for size in range(longest[words[first]], 0, -1):
                key = tuple(words[first : first + size])
                if key in values:
                    at = first + len(key)
                    yield (first, at, values[key])
                    break
