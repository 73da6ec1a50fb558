"""What film reviewers thought of the acting, the plot, the music and the cinematography.

`analyze` reads a review; `clean_html`, `split_sentences`, `extract_aspects`, `score_aspects` and
`summarize` are the steps it takes, each usable by itself on plain strings.
"""

from reviewkit.aspects import CORE_ASPECTS, FILM_ASPECTS, extract_aspects
from reviewkit.errors import (
    InputTypeError,
    InputValueError,
    MissingExtraError,
    RecordError,
    ReviewkitError,
)
from reviewkit.html import clean_html
from reviewkit.lexicon import TextBlobScorer, VaderScorer
from reviewkit.pipeline import analyze, analyze_many
from reviewkit.render import review_html
from reviewkit.sentences import split_sentences
from reviewkit.sentiment import FilmScorer, score_aspects, score_text, summarize
from reviewkit.types import (
    Aspect,
    AspectSummary,
    CleanText,
    Evidence,
    Judgement,
    Mention,
    Opinion,
    PolarityCounts,
    Review,
    Scorer,
    Sentence,
)

__version__ = "0.1.0"

__all__ = [
    "CORE_ASPECTS",
    "FILM_ASPECTS",
    "Aspect",
    "AspectSummary",
    "CleanText",
    "Evidence",
    "FilmScorer",
    "InputTypeError",
    "InputValueError",
    "Judgement",
    "Mention",
    "MissingExtraError",
    "Opinion",
    "PolarityCounts",
    "RecordError",
    "Review",
    "ReviewkitError",
    "Scorer",
    "Sentence",
    "TextBlobScorer",
    "VaderScorer",
    "__version__",
    "analyze",
    "analyze_many",
    "clean_html",
    "extract_aspects",
    "score_aspects",
    "score_text",
    "split_sentences",
    "summarize",
]

# A notebook asks a review for its picture. How results are shown is no business of the types,
# so the picture is hung up here.
Review._repr_html_ = review_html  # type: ignore[attr-defined]
