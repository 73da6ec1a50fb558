"""Where sentences start and end."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from reviewkit._data import load
from reviewkit.errors import InputTypeError
from reviewkit.types import Sentence

if TYPE_CHECKING:
    from nltk.tokenize.punkt import PunktSentenceTokenizer

__all__ = ["sentence_at", "split_sentences"]

_LINE = re.compile(r"\S[^\n]*")
# A line that a person wrapped goes on in lower case; a line that ended has an end mark.
_RUNS_ON = re.compile(r"[^\n.!?:;…*]\n(?=[a-z])")
# "It was bad.The rest": a writer who forgot the space.
_NO_SPACE = re.compile(r"(?<=[a-z][a-z])[.!?]+(?=[A-Z][a-z])")


def split_sentences(text: str) -> list[Sentence]:
    """Split text into sentences.

    Args:
        text: clean text, such as `clean_html` gives. A line break ends a sentence, unless the
            next line plainly goes on with it, in lower case after a line without an end mark.

    Returns:
        The sentences in order, without overlap and without white space at their ends. Every
        visible character of the text is in exactly one of them.

    Raises:
        InputTypeError: if `text` is not a string.

    Example:
        >>> [s.text for s in split_sentences("Mr. Lee is great.Go see it! 8/10")]
        ['Mr. Lee is great.', 'Go see it!', '8/10']

    Source: the Punkt algorithm (Kiss and Strunk 2006, "Unsupervised Multilingual Sentence
    Boundary Detection") as NLTK implements it, with abbreviations that ship in this package.
    """
    if not isinstance(text, str):
        msg = f"text must be a str, got {type(text).__name__}: {text!r:.60}"
        raise InputTypeError(msg)
    return [Sentence(text[start:end], start, end) for start, end in _spans(str(text))]


def sentence_at(sentences: Sequence[Sentence], offset: int) -> int:
    """Return the index of the sentence in which, or after which, `offset` stands; 0 at least."""
    return max(0, bisect_right(sentences, offset, key=lambda s: s.start) - 1)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for block_start, block in _blocks(text):
        for start, end in _punkt().span_tokenize(block):
            piece = block_start + start
            for mark in _NO_SPACE.finditer(text, piece, block_start + end):
                if mark.end() < block_start + end:
                    yield (piece, mark.end())
                    piece = mark.end()
            yield (piece, block_start + end)


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Yield the stretches of text that no line break ends, each with its offset."""
    joined = _RUNS_ON.sub(lambda match: match.group()[0] + " ", text)
    for line in _LINE.finditer(joined):
        yield (line.start(), line.group())


@lru_cache(maxsize=1)
def _punkt() -> PunktSentenceTokenizer:
    """Make NLTK's splitter with the parameters that ship in the package."""
    from nltk.tokenize import punkt  # noqa: PLC0415 - loaded when needed

    data = load("sentences.toml")
    starters = data["starters"].split()
    parameters = punkt.PunktParameters()
    parameters.abbrev_types.update(data["abbreviations"].split())
    parameters.sent_starters.update(starters)
    seen = punkt._ORTHO_LC | punkt._ORTHO_BEG_UC  # noqa: SLF001 - Punkt has no public name for it
    parameters.ortho_context = _OrthographicContext(dict.fromkeys(starters, seen))
    return punkt.PunktSentenceTokenizer(parameters)


class _OrthographicContext(dict[str, int]):
    """How words were seen written; asking for an unknown one does not add it."""

    def __missing__(self, word: str) -> int:
        return 0
