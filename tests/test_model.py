from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewkit import (
    Mention,
    Sentence,
    analyze,
    extract_aspects,
    score_aspects,
    score_text,
    split_sentences,
)
from reviewkit._model import (
    ASPECTS,
    Reading,
    Unit,
    _network,
    _times,
    overall,
    readings,
    softmax,
)
from reviewkit._steps import Steps
from reviewkit.aspects import FILM_ASPECTS
from reviewkit.tokens import TOKEN


def test_the_aspects_are_those_of_the_package() -> None:
    assert tuple(aspect.name for aspect in FILM_ASPECTS) == ASPECTS


@given(st.text() | st.text("ab-'’._ \n\x1c\u3000"))
def test_words_stand_where_they_are_said_to(text: str) -> None:
    for reading in readings(text, split_sentences(text)):
        for number, unit in enumerate(reading.units):
            first, stop = reading.starts[number], reading.starts[number + 1]
            start, end = reading.span(int(first), int(stop))
            assert unit.start <= start < end <= unit.end
            assert reading.word_at(number, start, start + 1) == first
            spans = [reading.span(word, word + 1) for word in range(first, stop)]
            words = TOKEN.findall(text[unit.start : unit.end])
            assert [text[start:end] for start, end in spans] == words
        assert np.isfinite(reading.found).all()
        assert np.isfinite(reading.target).all()


def test_a_long_sentence_is_read_in_parts_and_nothing_is_lost() -> None:
    text = "the acting was superb and " * 2000
    mentions = extract_aspects(text)
    assert len(mentions) > 1500
    opinions = score_aspects(text, mentions)
    assert all(opinion.polarity == "positive" for opinion in opinions[:200])
    assert all(text[o.start : o.end] == o.target for o in opinions)


def test_a_word_without_spaces_as_long_as_a_book() -> None:
    assert analyze("a" * 100_000).opinions == ()


def test_the_same_text_in_other_sentences_is_read_anew() -> None:
    text = "The acting was superb. The plot is dull."
    one, two = [Sentence(text, 0, len(text))], split_sentences(text)
    assert [len(r.units) for s in (one, two, one) for r in readings(text, s)] == [1, 2, 1]


def test_spellings_share_rows_whatever_their_case_and_apostrophe() -> None:
    texts = ("It isn't good", "it isn’t GOOD")
    readings_ = [Reading(t, [Unit(0, 0, len(t))]) for t in texts]
    rows = [r._rows.tolist() for r in readings_]
    assert rows[0] == rows[1]


def test_a_lone_surrogate_is_a_word_like_others() -> None:
    assert analyze("The music \ud800 is lovely.").aspects["music"].polarity == "positive"


def test_shares_sum_to_one() -> None:
    assert softmax(np.array([[1.0, 2.0, 3.0]], np.float32)).sum() == pytest.approx(1)


def test_nothing_has_no_verdict() -> None:
    assert overall("", []) == 0.0


def test_a_sentence_without_a_word_is_no_error() -> None:
    blank = [Sentence("  ", 0, 2)]
    assert score_text("   ", sentences=blank) == 0.0
    assert extract_aspects("   ", sentences=blank) == []
    mention = Mention("plot", "", 1, 1, 0)
    assert score_aspects("   ", [mention], sentences=blank)[0].polarity == "neutral"


def test_targets_hear_the_same_words_however_low_all_of_them_stand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "The acting was superb, but the plot is dull."
    reading = Reading(text, [Unit(0, 0, len(text))])
    logits, movers = reading.local([1, 7])
    monkeypatch.setattr(_network(), "distance", _network().distance - 500)
    again, the_same = reading.local([1, 7])
    assert again == pytest.approx(logits, abs=1e-2)
    assert [[word for word, _ in some] for some in movers] == [
        [word for word, _ in some] for some in the_same
    ]


@pytest.mark.parametrize("rows", [0, 1, 15, 16, 17, 100])
def test_products_in_pieces_are_the_products(rows: int) -> None:
    rng = np.random.default_rng(rows)
    values = rng.random((rows, 64), dtype=np.float32)
    weights = rng.random((64, 192), dtype=np.float32)
    assert _times(values, weights) == pytest.approx(values @ weights, rel=1e-5)


def test_steps_are_two_numbers_a_byte() -> None:
    packed = np.array([[0x08, 0xF7], [0x88, 0x88]], np.uint8)
    steps = Steps(packed, np.array([0.5, 2.0], np.float16))
    assert len(steps) == 2
    assert steps[:].tolist() == [[-4.0, 3.5, 0.0, -0.5], [0.0, 0.0, 0.0, 0.0]]
    assert steps[0].tolist() == steps[np.array([1, 0])][1].tolist()


def test_every_known_pair_is_found_and_no_other() -> None:
    pairs = _network().pairs
    known = pairs.known[1:]
    number = {pair: i for i, pair in enumerate(known.tolist(), 1)}
    rows = np.stack(np.divmod(known, pairs.rows), axis=1).ravel()
    met = (rows[:-1] * pairs.rows + rows[1:]).tolist()
    want = [number.get(pair, 0) for pair in met]
    assert want[::2] == [*range(1, len(known) + 1)]
    assert 0 in want
    for _ in range(2):  # met for the first time, and known by then
        assert (pairs(rows) == pairs.vectors[np.array(want)]).all()
