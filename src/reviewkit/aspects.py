"""Which aspects a text speaks of, and where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from reviewkit._data import load
from reviewkit.errors import InputTypeError, InputValueError
from reviewkit.sentences import checked_sentences, sentence_at
from reviewkit.tokens import lower, phrases
from reviewkit.types import Aspect, Mention, Sentence

__all__ = ["CORE_ASPECTS", "FILM_ASPECTS", "checked_aspects", "extract_aspects"]


FILM_ASPECTS: tuple[Aspect, ...] = tuple(
    Aspect(name, phrases(data["terms"]), phrases(data["exclude"]))
    for name, data in load("aspects.toml").items()
)
"""Acting, plot, music, cinematography; characters, dialogue, direction, effects, editing."""

CORE_ASPECTS: tuple[Aspect, ...] = FILM_ASPECTS[:4]
"""Acting, plot, music and cinematography."""

_SEPARATOR = re.compile(r"[\s-]+")


def extract_aspects(
    text: str,
    aspects: Iterable[Aspect] = FILM_ASPECTS,
    *,
    sentences: Sequence[Sentence] | None = None,
) -> list[Mention]:
    """Find the places where a text speaks of some aspects.

    The aspects of `FILM_ASPECTS` are found by the trained model: the words that name what is
    judged ("acting", "the musical score", a person's name) or, where nothing names it, those that
    imply it ("beautifully shot"). Other aspects are found by their terms, and by words like them:
    see `Aspect`.

    Args:
        text: clean text, such as `clean_html` gives.
        aspects: what to look for; `FILM_ASPECTS`, `CORE_ASPECTS` or your own.
        sentences: the text's sentences if you have them; `split_sentences` finds them if None.

    Returns:
        The mentions in the order of the text. A word that names two aspects gives two.

    Raises:
        InputTypeError: if an argument has the wrong type.
        InputValueError: if two aspects have the same name.

    Example:
        >>> [(m.aspect, m.target) for m in extract_aspects("Two actors and a good score.")]
        [('acting', 'actors'), ('music', 'score')]
        >>> service = Aspect("service", terms=["staff", "waiter"])
        >>> extract_aspects("The waiters were rude.", [service])
        [Mention(aspect='service', target='waiters', start=4, end=11, sentence=0)]
    """
    chosen = checked_aspects(aspects)
    sentences = checked_sentences(text, sentences)
    trained, matcher = _plan(chosen)
    found = [*_read(text, sentences, trained)] if trained else []
    if matcher is not None:
        found += [
            (start, end, aspect, sentence_at(sentences, start))
            for start, end, aspect in matcher.find(str(text))
        ]
    found.sort()
    return [
        Mention(aspect, text[start:end], start, end, sentence)
        for start, end, aspect, sentence in found
    ]


def checked_aspects(aspects: Iterable[Aspect]) -> tuple[Aspect, ...]:
    """Return the aspects as a tuple if they are aspects of different names.

    Raises:
        InputTypeError: if they are not.
        InputValueError: if two have the same name.
    """
    if aspects is FILM_ASPECTS or aspects is CORE_ASPECTS:
        return aspects
    if isinstance(aspects, (str, Aspect)) or not isinstance(aspects, Iterable):
        msg = f"aspects must be a list of Aspect, got {type(aspects).__name__}: {aspects!r:.60}"
        raise InputTypeError(msg)
    found = tuple(aspects)
    names: set[str] = set()
    for aspect in found:
        if not isinstance(aspect, Aspect):
            msg = (
                f"aspects must be Aspect objects, got {type(aspect).__name__}: {aspect!r:.60}; "
                "write Aspect(name, terms=[...])"
            )
            raise InputTypeError(msg)
        if aspect.name in names:
            msg = f"two aspects are named {aspect.name!r}; join their terms or rename one"
            raise InputValueError(msg)
        names.add(aspect.name)
    return found


_NAMES = {aspect.name: number for number, aspect in enumerate(FILM_ASPECTS)}


def _plan(aspects: tuple[Aspect, ...]) -> tuple[dict[int, str], _Matcher | None]:
    """Return the aspects that the model knows, by their number, and how to find the others."""
    trained = {}
    others = []
    for aspect in aspects:
        number = _NAMES.get(aspect.name, len(FILM_ASPECTS))
        if aspect in FILM_ASPECTS[number : number + 1]:
            trained[number] = aspect.name
        else:
            others.append(aspect)
    return trained, _matcher(tuple(others)) if others else None


def _read(
    text: str, sentences: Sequence[Sentence], trained: Mapping[int, str]
) -> Iterator[tuple[int, int, str, int]]:
    """Yield (start, end, aspect, sentence) of each place that the model finds."""
    from reviewkit._model import readings  # noqa: PLC0415 - numpy is loaded when needed

    for reading in readings(text, sentences):
        for sentence, number, first, stop in reading.places():
            if number in trained:
                yield (*reading.span(first, stop), trained[number], sentence)


class _Phrases:
    """The phrases of some aspects, compiled to one pattern."""

    def __init__(self, phrases_of: Mapping[str, Iterable[str]]) -> None:
        self.owners: dict[str, list[str]] = {}
        for aspect, listed in phrases_of.items():
            forms = {form: None for phrase in listed for form in _forms(_normal(phrase))}
            for form in forms:
                self.owners.setdefault(form, []).append(aspect)
        self.pattern = re.compile(_trie_pattern(self.owners))

    def find(self, lowered: str) -> Iterator[tuple[int, int, str]]:
        """Yield (start, end, aspect) of each longest phrase in lower-case text."""
        for match in self.pattern.finditer(lowered):
            for aspect in self.owners[_SEPARATOR.sub(" ", match.group())]:
                yield (match.start(), match.end(), aspect)


class _Matcher:
    """Finds the places that name some aspects."""

    def __init__(self, aspects: tuple[Aspect, ...]) -> None:
        self.terms = _Phrases(_listed(aspects))
        self.excluded = _Phrases({aspect.name: aspect.exclude for aspect in aspects})

    def find(self, text: str) -> list[tuple[int, int, str]]:
        """Return (start, end, aspect) of each place, in the order of the text."""
        lowered = lower(text)
        excluded = {
            (aspect, offset)
            for start, end, aspect in self.excluded.find(lowered)
            for offset in range(start, end)
        }
        found = {
            (start, end, aspect)
            for start, end, aspect in self.terms.find(lowered)
            if not excluded.issuperset({(aspect, start), (aspect, end - 1)})
        }
        return sorted(found)


@lru_cache(maxsize=64)
def _matcher(aspects: tuple[Aspect, ...]) -> _Matcher:
    return _Matcher(aspects)


def _listed(aspects: tuple[Aspect, ...]) -> dict[str, list[str]]:
    """Return the terms of some aspects, and words like them unless only the terms are wanted."""
    listed = {aspect.name: [*aspect.terms] for aspect in aspects}
    if all(aspect.exact for aspect in aspects):
        return listed
    from reviewkit._related import related_words  # noqa: PLC0415 - numpy is loaded when needed

    taken = {form for terms in listed.values() for term in terms for form in _forms(_normal(term))}
    like = related_words(listed)
    for aspect in aspects:
        if not aspect.exact:
            listed[aspect.name] += [word for word in like[aspect.name] if word not in taken]
    return listed


def _normal(term: str) -> str:
    return _SEPARATOR.sub(" ", lower(term.strip()))


def _forms(term: str) -> Iterator[str]:
    """Yield a term with the plurals and third persons that its last word may have."""
    yield term
    if not term[-1].isalpha():
        return
    if re.search("(?:[sxz]|[cs]h)$", term):
        yield term + "es"
    elif re.search("[^aeiou]y$", term):
        yield term[:-1] + "ies"
    else:
        yield term + "s"
        if re.search("[^aeiou]o$", term):
            yield term + "es"
    if term.endswith("man"):
        yield term[:-3] + "men"


class _Node(dict[str, "_Node"]):
    """A trie's node: what follows by character, and by "" that a term ends here."""


def _trie_pattern(terms: Iterable[str]) -> str:
    """Return a pattern of the longest of the terms as whole words."""
    branches = _branch(_trie(terms))
    return rf"(?<!\w){branches}(?!\w)" if branches else "(?!)"


def _trie(terms: Iterable[str]) -> _Node:
    """Return a trie: a pattern made of it hardly slows down with the number of the terms."""
    root = _Node()
    for term in terms:
        node = root
        for char in term:
            node = node.setdefault(char, _Node())
        node[""] = _Node()
    return root


def _branch(node: _Node) -> str:
    choices = [
        (r"[\s-]+" if char == " " else re.escape(char)) + _branch(child) if char else ""
        for char, child in sorted(node.items(), reverse=True)  # "" last: longer terms go first
    ]
    return choices[0] if len(choices) == 1 else f"(?:{'|'.join(choices)})" if choices else ""
