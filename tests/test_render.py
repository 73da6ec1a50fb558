from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from reviewkit import Opinion, Review, TextBlobScorer, analyze, clean_html
from reviewkit.render import review_html


def test_the_picture_shows_the_whole_text(example: str) -> None:
    review = analyze(example)
    page = BeautifulSoup(review_html(review), "html.parser")
    shown = page.find_all("div")[-1].get_text("").split()
    assert "".join(shown) == "".join(review.text.split())


def test_targets_and_evidence_are_marked() -> None:
    html = "<p>The acting was superb &amp; fun, but the <b>plot</b> dull."
    page = review_html(analyze(html, scorer=TextBlobScorer()))
    assert 'title="acting: positive' in page
    assert 'title="plot: negative' in page
    assert page.count("border-bottom") == 3
    assert "superb</span> &amp; <span" in page


def test_a_notebook_gets_the_picture() -> None:
    review = analyze("The acting was superb.")
    assert review._repr_html_() == review_html(review)  # type: ignore[attr-defined]


@given(st.text(), st.data())
def test_any_opinions_are_drawn_without_losing_text(html: str, data: st.DataObject) -> None:
    text = clean_html(html)
    offsets = st.integers(0, len(text))
    polarity: Any = st.sampled_from(["positive", "negative", "mixed", "neutral"])
    spans = data.draw(st.lists(st.tuples(offsets, offsets).map(sorted), max_size=5))
    opinions = tuple(
        Opinion("plot", text[a:b], a, b, 0, data.draw(polarity), 0.5) for a, b in spans
    )
    page = review_html(Review(text, (), opinions, (), 0.5, "positive"))
    body = BeautifulSoup(page, "html.parser").find_all("div")[-1].get_text("")
    assert "".join(body.split()) == "".join(text.split())
