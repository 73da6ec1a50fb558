"""A review as a picture: its table, and its text with targets and evidence marked."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from html import escape
from itertools import pairwise

from reviewkit.types import Opinion, Review, signed

__all__ = ["review_html"]

# Background and text colours; the pairs have a contrast of at least 7 to 1.
_COLOURS = {
    "positive": ("#cdeccd", "#0d3b12"),
    "negative": ("#f8d0cc", "#5c0f0a"),
    "mixed": ("#fbe6b0", "#4a3500"),
    "neutral": ("#e0e3e8", "#1f2733"),
}
_UNDERLINES = {True: "#2e8b3d", False: "#c0392b"}


def review_html(review: Review) -> str:
    """Return the review as HTML: a table of its aspects over its text.

    Targets have the colour of their polarity and tell their aspect and score on hovering; words of
    evidence are underlined, in green for praise and in red for blame. Notebooks show this for a
    review by themselves.

    Args:
        review: what `analyze` returned.

    Returns:
        A ``<div>`` that needs no style sheet; the review's text is escaped.

    Example:
        >>> from reviewkit import analyze
        >>> "acting: positive" in review_html(analyze("The acting was superb."))
        True
    """
    rows = "".join(
        f"<tr><td>{escape(s.aspect)}</td><td>{_badge(s.polarity, s.polarity)}</td>"
        f'<td style="text-align:right">{signed(s.score)}</td></tr>'
        for s in review.summaries
    )
    overall = (
        f"<tr><td><b>overall</b></td><td>{_badge(review.polarity, review.polarity)}</td>"
        f'<td style="text-align:right">{signed(review.score)}</td></tr>'
    )
    text = "".join(_marked(review)).replace("\n", "<br>")
    return (
        '<div style="max-width:48em;line-height:1.6">'
        f'<table style="margin-bottom:1em">{rows}{overall}</table><div>{text}</div></div>'
    )


def _badge(polarity: str, text: str, title: str = "") -> str:
    background, colour = _COLOURS[polarity]
    hover = f' title="{escape(title)}"' if title else ""
    return (
        f'<span style="background:{background};color:{colour};border-radius:3px;padding:0 .2em"'
        f"{hover}>{text}</span>"
    )


def _marked(review: Review) -> Iterator[str]:
    """Yield the text, piece by piece, between all places where a mark starts or ends."""
    text = review.text
    targets = deque(sorted(review.opinions, key=lambda o: (o.start, o.end)))
    weights: dict[tuple[int, int], float] = {}
    for opinion in targets:
        for evidence in opinion.evidence:
            place = (evidence.start, evidence.end)
            weights[place] = max(weights.get(place, 0.0), evidence.weight, key=abs)
    marks = [(o.start, o.end) for o in targets] + list(weights)
    cuts = sorted({0, len(text), *(offset for mark in marks for offset in mark)})
    underlines = deque(sorted(weights))
    for start, end in pairwise(cuts):
        piece = escape(text[start:end], quote=False)
        while underlines and underlines[0][1] <= start:
            underlines.popleft()
        while targets and targets[0].end <= start:
            targets.popleft()
        if underlines and underlines[0][0] <= start:
            colour = _UNDERLINES[weights[underlines[0]] > 0]
            piece = f'<span style="border-bottom:2px solid {colour}">{piece}</span>'
        here = [o for o in _while_at(targets, start) if end <= o.end]
        if here:
            title = "; ".join(f"{o.aspect}: {o.polarity} {signed(o.score)}" for o in here)
            piece = _badge(here[0].polarity, piece, title)
        yield piece


def _while_at(targets: deque[Opinion], start: int) -> Iterator[Opinion]:
    for opinion in targets:
        if opinion.start > start:
            return
        yield opinion
