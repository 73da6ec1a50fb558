"""Words and where they stand, and a lexicon of words and phrases to look them up in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Generic, NamedTuple, TypeVar

__all__ = ["Lexicon", "Token", "lower", "phrases", "tokenize"]

T = TypeVar("T")

# Words keep their apostrophes; a hyphen inside a word only parts it, a dash is a mark.
_TOKEN = re.compile(r"\w+(?:['’]\w+)*|-(?<!\w-)|-(?!\w)|[^\w\s-]")
_APOSTROPHES = str.maketrans("’‘ʼ", "'''")


class Token(NamedTuple):
    """A word, or a mark, in lower case, and its span."""

    text: str
    start: int
    end: int


def tokenize(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Return the words and marks of ``text[start:end]``; spans count from the start of `text`.

    Example:
        >>> [token.text for token in tokenize("It isn’t well-made!")]
        ['it', "isn't", 'well', 'made', '!']
    """
    found = _TOKEN.finditer(text, start, len(text) if end is None else end)
    return [Token(lower(match.group()), match.start(), match.end()) for match in found]


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
        >>> list(lexicon.find([token.text for token in tokenize("not only good")]))
        [(0, 2, 0), (2, 3, 1)]
    """

    def __init__(self, values: Mapping[str, T]) -> None:
        self.values = {tuple(phrase.split()): value for phrase, value in values.items()}
        self.longest: dict[str, int] = {}
        for words in self.values:
            self.longest[words[0]] = max(len(words), self.longest.get(words[0], 0))

    def find(self, words: list[str]) -> Iterator[tuple[int, int, T]]:
        """Yield (first word, one past the last, value) of each phrase found, in order."""
        at = 0
        while at < len(words):
            for size in range(self.longest.get(words[at], 0), 0, -1):
                key = tuple(words[at : at + size])
                if key in self.values:
                    yield (at, at + len(key), self.values[key])
                    at += len(key)
                    break
            else:
                at += 1
