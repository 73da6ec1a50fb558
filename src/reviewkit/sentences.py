"""Where sentences start and end.

One compiled pattern finds every place where a sentence might end: a run of end marks with the
quotes, brackets and emoticons that close with it, a line break, an emoticon. Most are decided at
sight: a lower-case word, a mark, a space, a capital. For the others, rules look at the word
before, the mark and the word after.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from operator import index
from typing import NamedTuple, TypeAlias

from reviewkit._data import load
from reviewkit.errors import InputTypeError, InputValueError
from reviewkit.types import Sentence

__all__ = ["Splitter", "checked_sentences", "sentence_at", "split_sentences"]

_CLOSERS = r"""["'”’»)\]]"""
_OPENERS = "\"'“‘«(["
_CLOSING = ')"”'
_EMOTICON = (
    r"(?:[:;=8xX]['’]?[-o^~]?[)(\]\[DPpO/\\|3]+(?!\w)|<3+|\^_*\^"
    "|[\u2600-\u27bf\U0001f300-\U0001faff])"
)
_CANDIDATE = re.compile(
    rf"""[.!?…\n:;=](?:
        (?P<plain>  (?<=[a-z][a-z]\.) (?: (?:\ |\n\n)(?=[A-Z]) | \Z ) )
      | (?P<shout>  (?<=[\w!?][!?])[!?]*\ (?=[A-Z]) )
      | (?<=[.!?…]) (?P<more> [.!?…]*(?:\ [.!?…]+(?!\w))* )
                    (?P<close> (?:{_CLOSERS}|[*_]+(?!\w))* )
                    (?P<smile> (?:\ ?{_EMOTICON})* ) (?P<gap> \s* )
      | (?<=\n)     (?P<line> \s* )
      | (?<=\s[:;=])(?P<face> ['’]?[-o^~]?[)(\]\[DPp|]+ ) \s+ (?=[A-Z])
    )""",
    re.VERBOSE,
)
_WORD = re.compile(r"[\w'’]+")
_INITIALS = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]")

# A line that a person or a program wrapped: neither a short one nor a paragraph.
_SHORTEST_WRAP, _LONGEST_WRAP = 40, 140
_LONG_LINE = 30
_END_MARKS = ".!?…"
_LOOK_BACK = 40  # characters; the word before a mark is no longer, so that time stays linear
_LONGEST_QUOTED = 2000  # characters of a sentence in which quotes are counted
_LEADING = "\"'“‘«([*-—–/•· \n"  # what may stand before a sentence's first word


class _Words(NamedTuple):
    """What the splitter knows of English; see the file for what each set is for."""

    never_end: frozenset[str]
    may_end: frozenset[str]
    before_number: frozenset[str]
    starters: frozenset[str]
    continuations: frozenset[str]
    domains: frozenset[str]
    abbreviations: frozenset[str]


@cache
def _words() -> _Words:
    sets = {name: frozenset(text.split()) for name, text in load("sentences.toml").items()}
    known = sets["never_end"] | sets["may_end"] | sets["before_number"]
    return _Words(**sets, abbreviations=known | {w.title() for w in known})


Splitter: TypeAlias = Callable[[str], Iterable[tuple[int, int]]]
"""Anything that gives the (start, end) of the sentences of a text, in order."""


def split_sentences(text: str, *, splitter: Splitter | None = None) -> list[Sentence]:
    """Split text into sentences.

    Args:
        text: clean text, such as `clean_html` gives. A line break ends a sentence, unless the
            sentence plainly runs on across it.
        splitter: another way to split, for another language, say: a function from a text to the
            (start, end) of its sentences.

    Returns:
        The sentences in order, without overlap and without white space at their ends. Every
        visible character of the text is in exactly one of them, if the package's own splitter
        did it.

    Raises:
        InputTypeError: if `text` is not a string, or the splitter no function.
        InputValueError: if the splitter gives spans that overlap, are out of order or stand
            outside the text.

    Example:
        >>> [s.text for s in split_sentences("Mr. Lee is great.Go see it! 8/10")]
        ['Mr. Lee is great.', 'Go see it!', '8/10']
    """
    text = _checked_text(text)
    spans = _spans(text) if splitter is None else _checked_spans(text, splitter)
    return [Sentence(text[start:end], start, end) for start, end in spans]


def checked_sentences(text: str, sentences: Sequence[Sentence] | None) -> Sequence[Sentence]:
    """Return the sentences of a text that a caller has, or else split it.

    Raises:
        InputTypeError: if `text` is not a string, or something in `sentences` no `Sentence`.
    """
    if sentences is None:
        return split_sentences(text)
    _checked_text(text)
    for sentence in sentences:
        if not isinstance(sentence, Sentence):
            msg = (
                "sentences must be Sentence objects, as split_sentences gives them, "
                f"got {type(sentence).__name__}: {sentence!r:.60}"
            )
            raise InputTypeError(msg)
    return sentences


def sentence_at(sentences: Sequence[Sentence], offset: int) -> int:
    """Return the index of the sentence in which, or after which, `offset` stands; 0 at least."""
    return max(0, bisect_right(sentences, offset, key=lambda s: s.start) - 1)


def _checked_text(text: str) -> str:
    if not isinstance(text, str):
        msg = f"text must be a str, got {type(text).__name__}: {text!r:.60}"
        raise InputTypeError(msg)
    return str(text)


def _checked_spans(text: str, splitter: Splitter) -> Iterator[tuple[int, int]]:
    """Yield the spans of a user's splitter, without white space at their ends."""
    if not callable(splitter):
        msg = f"splitter must be a function from a text to (start, end) pairs, got {splitter!r:.60}"
        raise InputTypeError(msg)
    last = 0
    for span in splitter(text):
        try:
            start, end = map(index, span)
        except (TypeError, ValueError):
            msg = f"the splitter must give (start, end) pairs of whole numbers, gave {span!r:.60}"
            raise InputTypeError(msg) from None
        if not last <= start <= end <= len(text):
            msg = (
                f"the splitter gave {start}:{end} after {last} in a text of {len(text)} characters;"
                " spans must be in order, without overlap and inside the text"
            )
            raise InputValueError(msg)
        last = end
        end = start + len(text[start:end].rstrip())
        if end > start:
            yield (end - len(text[start:end].lstrip()), end)


def _spans(text: str) -> Iterator[tuple[int, int]]:  # noqa: C901 - one loop, kept fast
    abbreviations = _words().abbreviations
    joined = _joined_breaks(text) if "\n" in text else frozenset()
    start = len(text) - len(text.lstrip())
    for match in _CANDIDATE.finditer(text):
        at = match.start()
        if at < start:
            continue
        kind = match.lastgroup
        end, following = at + 1, match.end()
        if kind == "plain":
            low = max(start, at - _LOOK_BACK)
            word = text[text.rfind(" ", low, at) + 1 or low : at]
            if word in abbreviations or not word.isalpha():
                end, _ = _looked_at(text, start, match, joined)
        elif kind == "shout":
            end = following - 1
        elif kind == "gap":
            end, following = _looked_at(text, start, match, joined)
        elif kind == "face":
            end = match.end("face")
        elif at in joined and "\n" not in match["line"]:
            continue
        else:
            end = start + len(text[start:at].rstrip())
        if end > start:
            yield (start, end)
        if end >= 0:
            start = following
    end = len(text.rstrip())
    if end > start:
        yield (start, end)


def _looked_at(
    text: str, start: int, match: re.Match[str], joined: frozenset[int]
) -> tuple[int, int]:
    """Return where the sentence ends, -1 if not here, and where the next one would start."""
    candidate = _candidate(text, start, match, joined)
    return (candidate.end if candidate.ends(_words()) else -1), candidate.following


class _Candidate(NamedTuple):
    """A place where a sentence might end, and what stands around it."""

    mark: str  # ".", "...", or "!" for whatever holds one or a question mark
    word: str  # the word before the mark, without what opens it
    first: bool  # whether that word is the first of its sentence
    named: bool  # whether a capital starts the word before it: "Tom I."
    closed: bool  # whether a quote or bracket closes after the mark
    smiled: bool  # whether an emoticon follows
    gap: str  # "" , " " or, for a line break that is none of a wrapped line, "\n"
    next: str  # the word that follows
    sign: str  # the character that follows, where it belongs to no word
    tail: str  # the character after the next word
    end: int  # where the sentence ends, if it does
    following: int  # where the next one starts

    def ends(self, words: _Words) -> bool:  # noqa: PLR0911 - a return for each rule
        """Tell whether a sentence ends here."""
        if not self.next and not self.sign:
            return True
        if self.mark == "." and not self.closed and self.word.lower() in words.never_end:
            return False
        if self.gap == "\n" or self.smiled:
            return True
        if not self.gap:
            return self._ends_without_space(words)
        if self.closed and self.next[:1].islower():
            return False  # '"Go away!" and left'
        if self.mark == "...":
            return not self.next[:1].islower() and (bool(self.next) or self.sign in _OPENERS)
        if self.mark == ".":
            return self._ends_with_period(words)
        # A title or a name with a mark in it: "Airplane! is", but "Great! is what I thought".
        title = self.word[:1].isupper() and not self.word.isupper() and not self.first
        return not (title and self.next in words.continuations)

    def _ends_with_period(self, words: _Words) -> bool:
        """Tell whether it ends at a period and a space."""
        word, low = self.word, self.word.lower()
        starts = self.next.lower().replace("’", "'") in words.starters
        capital = self.next[:1].isupper()
        if low in words.before_number:
            return not self.next[:1].isdigit()
        if low in words.may_end:
            return capital and starts
        if len(word) == 1 and word.isalpha():
            if word == "I" and not self.named:  # "so do I."
                return capital or not self.next
            return not self.first and capital and starts and len(self.next) > 1
        if _INITIALS.fullmatch(word):
            return starts and capital
        return not (self.first and word.isdigit())  # "1. The acting"

    def _ends_without_space(self, words: _Words) -> bool:  # noqa: PLR0911 - likewise
        """Tell whether it ends at a mark that the next word is glued to."""
        word, low = self.word, self.word.lower()
        start = self.next.lower().replace("’", "'")
        capital = self.next[:1].isupper()
        if self.closed:
            return capital
        if self.mark == "...":
            return capital and not self.sign and (len(self.next) > 1 or self.next in "IA")
        if self.mark == "!":
            return capital or start in words.starters or self.next[:1].isdigit()
        if start in words.domains or "." in word or "@" in word or len(word) < 2:  # noqa: PLR2004
            return False
        if not (word[-1].islower() or (word[-2:].isdigit() and capital) or word[-1] in _CLOSING):
            return False
        if self.next[:1].isdigit():
            return low not in words.before_number and len(word) > 2  # noqa: PLR2004
        if capital:
            return self.tail != "." or start in words.starters
        return start in words.starters and self.tail in " ," and low not in words.abbreviations


def _candidate(text: str, start: int, match: re.Match[str], joined: frozenset[int]) -> _Candidate:
    """Look around a match; its sentence starts at `start`."""
    at = match.start()
    more, close, smile, gap = match.group("more", "close", "smile", "gap")
    if more is None:
        more, close, smile, gap = "", "", "", text[at + 1 : match.end()]
    following = match.end()
    end = following - len(gap)
    marks = text[at] + more
    mark = "!" if "!" in marks or "?" in marks else "." if marks == "." else "..."
    opened = text[following : following + 1]
    opened = opened if opened in _OPENERS else ""
    found = _WORD.match(text, following + len(opened))
    next_word = found[0] if found else ""
    if close == '"' and not gap and next_word[:1].isupper() and _closed(text, start, at):
        end = following = end - 1  # the quote opens the next sentence
    if "\n" in gap:
        place = text.index("\n", end)
        gap = " " if place in joined and gap.count("\n") == 1 else "\n"
    low = max(start, at - _LOOK_BACK)
    before = max(text.rfind(" ", low, at), text.rfind("\n", low, at)) + 1 or low
    word = text[before:at].lstrip(_LEADING)
    lead = text[start : at - len(word)] if at - start <= _LOOK_BACK else "more"
    return _Candidate(
        mark=mark,
        word=word,
        first=not lead.strip(_LEADING),
        named=text[low : at - len(word)].rstrip().rpartition(" ")[2][:1].isupper(),
        closed=bool(close),
        smiled=bool(smile),
        gap=gap[:1] and ("\n" if gap == "\n" else " "),
        next=next_word,
        sign="" if next_word and not opened else text[following : following + 1],
        tail=text[found.end() : found.end() + 1] if found else "",
        end=end,
        following=following,
    )


def _closed(text: str, start: int, at: int) -> bool:
    """Tell whether every quote of the sentence so far is closed; a very long one's are not."""
    return at - start <= _LONGEST_QUOTED and text.count('"', start, at) % 2 == 0


def _joined_breaks(text: str) -> frozenset[int]:
    """Return the offsets of the line breaks that a sentence may run on across."""
    joined: list[int] = []
    block: list[str] = []
    at = 0
    for line in [*text.split("\n"), ""]:
        if line.strip():
            block.append(line)
        else:
            joined += _joined_in_block(block, at)
            at += sum(map(len, block)) + len(block) + len(line) + 1
            block = []
    return frozenset(joined)


def _joined_in_block(block: list[str], at: int) -> Iterator[int]:
    """Yield the offsets of such line breaks in lines without an empty one between."""
    width = max(map(len, block), default=0)
    wrapped = (
        len(block) > 2  # noqa: PLR2004 - two lines do not tell
        and _SHORTEST_WRAP <= width <= _LONGEST_WRAP
        and all(
            len(line) + 1 + len(after.split(None, 1)[0]) > width for line, after in pairwise(block)
        )
    )
    words = _words()
    marked = block[-1].rstrip()[-1] in _END_MARKS if block else False
    sentence = False  # whether the lines so far are the start of a sentence with an end mark
    for line, after in pairwise(block):
        at += len(line)
        first, last = after.split(None, 1)[0], line.rsplit(None, 1)[-1]
        runs_on = first[:1].islower() and (
            len(line) >= _LONG_LINE
            or last.lower() in words.starters
            or last[-1] == ","
            or first in words.continuations
            or (marked and (sentence or line[0].isupper()))
        )
        sentence = wrapped or (runs_on and last[-1] not in _END_MARKS)
        if sentence:
            yield at
        at += 1
