"""What several test files need."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st

from reviewkit import (
    Mention,
    Opinion,
    Scorer,
    extract_aspects,
    score_aspects,
    score_text,
    split_sentences,
)

ROOT = Path(__file__).parent.parent
CASES = Path(__file__).parent / "cases"
SHARED = ROOT.parent / "shared"

# Machines differ in speed; what takes long is for benchmarks/ to say.
settings.register_profile("reviewkit", deadline=None)
settings.load_profile("reviewkit")


def cases(name: str) -> list[Any]:
    """Return the cases of a file as pytest parameters, named by their labels."""
    rows = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    return [pytest.param(row, id=row["label"]) for row in rows]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the labelled data, which is no part of the project."""
    if not (SHARED / "data").is_dir():
        pytest.skip("../shared/data is not here")
    return SHARED


@pytest.fixture(params=sorted((ROOT / "examples").glob("*.html")), ids=lambda path: path.stem)
def example(request: pytest.FixtureRequest) -> str:
    """Each of the example reviews, raw."""
    return Path(request.param).read_text(encoding="utf-8")


REVIEWS = st.lists(
    st.sampled_from(
        ["the acting", "plot", "superb", "awful", "not", "isn't", "very", ",", "but", "despite",
         "?", "is", "could have been", "not only", ".", "(", ")", "a bit", "music", "never", "\n"]
    ),
    max_size=30,
).map(" ".join)  # fmt: skip


def judged(text: str, scorer: Scorer | None = None) -> Opinion:
    """Score the target in [brackets]."""
    start, end = text.index("["), text.index("]") - 1
    text = text.replace("[", "").replace("]", "")
    mention = Mention("any", text[start:end], start, end, 0)
    (opinion,) = score_aspects(text, [mention], scorer=scorer)
    return opinion


def check_evidence(text: str, scorer: Scorer) -> None:
    """Check that opinions and their evidence are what their types say."""
    sentences = split_sentences(text)
    mentions = extract_aspects(text, sentences=sentences)
    opinions = score_aspects(text, mentions, scorer=scorer, sentences=sentences)
    assert len(opinions) == len(mentions)
    for mention, opinion in zip(mentions, opinions, strict=True):
        assert (opinion.aspect, opinion.start, opinion.end) == (
            mention.aspect,
            mention.start,
            mention.end,
        )
        assert -1 <= opinion.score <= 1
        sentence = sentences[opinion.sentence]
        strengths = [abs(e.weight) for e in opinion.evidence]
        assert strengths == sorted(strengths, reverse=True)
        for evidence in opinion.evidence:
            assert text[evidence.start : evidence.end] == evidence.text != ""
            assert sentence.start <= evidence.start < evidence.end <= sentence.end
            assert -2 <= evidence.weight <= 2
    assert -1 <= score_text(text, scorer=scorer) <= 1
