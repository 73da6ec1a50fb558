from __future__ import annotations

from typing import Any

import pytest
from conftest import ROOT, cases
from hypothesis import given
from hypothesis import strategies as st

from reviewkit import (
    CORE_ASPECTS,
    FILM_ASPECTS,
    Aspect,
    InputTypeError,
    InputValueError,
    analyze,
    extract_aspects,
    split_sentences,
)

EXAMPLES = sorted((ROOT / "examples").glob("*.html"))
# The same terms, but not the model's aspects: they are found by the terms alone.
BY_TERMS = [Aspect(a.name, a.terms, [*a.exclude, "no such phrase"]) for a in FILM_ASPECTS]


@pytest.mark.parametrize("case", cases("aspects"))
def test_terms(case: dict[str, Any]) -> None:
    found = extract_aspects(case["text"], BY_TERMS)
    assert [[m.aspect, m.target] for m in found] == case["mentions"]


@pytest.mark.parametrize("case", cases("aspects-model"))
def test_what_the_model_finds(case: dict[str, Any]) -> None:
    found = extract_aspects(case["text"])
    assert [[m.aspect, m.target] for m in found] == case["mentions"]


@pytest.mark.parametrize("case", cases("aspects-model-known-failures"))
def test_known_failures_still_fail(case: dict[str, Any]) -> None:
    found = [[m.aspect, m.target] for m in extract_aspects(case["text"])]
    assert found != case["mentions"], "this works now: move the case to aspects-model.json"


def test_a_target_has_no_mark_at_its_ends() -> None:
    found = [o.target for path in EXAMPLES for o in analyze(path.read_text("utf-8")).opinions]
    assert len(found) > 10
    assert [target for target in found if not (target[0] + target[-1]).isalnum()] == []


def test_the_model_knows_only_its_own_aspects() -> None:
    text = "The acting was superb. The plot is dull."
    assert {m.aspect for m in extract_aspects(text, FILM_ASPECTS[:1])} == {"acting"}
    assert {m.aspect for m in extract_aspects(text, BY_TERMS[1:2])} == {"plot"}


def test_the_aspects_of_a_film() -> None:
    assert [aspect.name for aspect in CORE_ASPECTS] == ["acting", "plot", "music", "cinematography"]
    assert [aspect.name for aspect in FILM_ASPECTS[4:]] == [
        "characters",
        "dialogue",
        "direction",
        "effects",
        "editing",
    ]


def test_no_listed_phrase_is_excluded_by_its_own_aspect() -> None:
    for aspect in FILM_ASPECTS:
        assert not set(aspect.terms) & set(aspect.exclude)


@given(
    st.text()
    | st.lists(st.sampled_from(["the", "score", "plot", "\n", "İ", "’s", "."])).map(" ".join)
)
def test_mentions_stand_in_the_text_in_order(text: str) -> None:
    sentences = split_sentences(text)
    mentions = extract_aspects(text, sentences=sentences)
    assert mentions == extract_aspects(text)
    assert [m.start for m in mentions] == sorted(m.start for m in mentions)
    for mention in mentions:
        assert text[mention.start : mention.end] == mention.target != ""
        sentence = sentences[mention.sentence]
        assert sentence.start <= mention.start < sentence.end


@pytest.mark.parametrize(
    ("terms", "text", "targets"),
    [
        (["staff", "waiter"], "Waiters and staff.", ["Waiters", "staff"]),
        (["dish", "dessert"], "Two dishes, one dessert", ["dishes", "dessert"]),
        (["bus"], "Buses and a bus", ["Buses", "bus"]),
        (["penalty"], "penalties", ["penalties"]),
        (["day"], "days", ["days"]),
        (["hero"], "heroes and heros", ["heroes", "heros"]),
        (["waiter", "salesman"], "salesmen", ["salesmen"]),
        (["C++", ".NET"], "C++ or .NET?", ["C++", ".NET"]),
        (["Straße"], "STRAßE, straße", ["STRAßE", "straße"]),
        (["İzmir"], "in İzmir", ["İzmir"]),
        (["映画"], "映画", ["映画"]),
        (["  room   service "], "room-service", ["room-service"]),
        (["value for money"], "value  for\nmoney", ["value  for\nmoney"]),
        (["a.b"], "a.b but not axb", ["a.b"]),
    ],
)
def test_a_users_own_terms(terms: list[str], text: str, targets: list[str]) -> None:
    aspect = Aspect("own", terms)
    assert [m.target for m in extract_aspects(text, [aspect])] == targets


def test_the_longest_term_wins_across_aspects() -> None:
    aspects = [Aspect("room", ["room"]), Aspect("service", ["room service"])]
    found = extract_aspects("The room service left the room.", aspects)
    assert [(m.aspect, m.target) for m in found] == [("service", "room service"), ("room", "room")]


def test_a_term_of_two_aspects_gives_two_mentions() -> None:
    aspects = [Aspect("sound", ["volume"]), Aspect("size", ["volume"])]
    assert {m.aspect for m in extract_aspects("The volume.", aspects)} == {"sound", "size"}


def test_a_users_own_aspect_works_everywhere() -> None:
    service = Aspect("service", terms=["staff", "waiter"])
    review = analyze("<p>The staff was terrible, but the <b>waiters</b> smiled.", aspects=[service])
    assert set(review.aspects) == {"service"}
    assert review.opinions[0].polarity == "negative"
    mixed = analyze("Lovely staff and music.", aspects=[*FILM_ASPECTS, service])
    assert {o.aspect: o.polarity for o in mixed.opinions} == {
        "service": "positive",
        "music": "positive",
    }


def test_no_aspects_find_nothing() -> None:
    assert extract_aspects("The plot.", []) == []


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((7, ["a"]), InputTypeError, "name must be a str, got int: 7"),
        ((" ", ["a"]), InputValueError, "name must not be blank"),
        (("x", "waiter"), InputTypeError, "terms of aspect 'x' must be a list of strings, got str"),
        (
            ("x", None),
            InputTypeError,
            "terms of aspect 'x' must be a list of strings, got NoneType",
        ),
        (("x", []), InputValueError, "aspect 'x' has no terms"),
        (("x", ["a", ""]), InputValueError, "contain a blank one: ''"),
        (("x", ["a", 3]), InputTypeError, "must be strings, got int: 3"),
        (("x", ["a"], ["b", None]), InputTypeError, "exclude of aspect 'x' must be strings"),
    ],
)
def test_bad_aspects_are_refused(arguments: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        Aspect(*arguments)


@pytest.mark.parametrize(
    ("aspects", "error", "message"),
    [
        ("acting", InputTypeError, "aspects must be a list of Aspect, got str"),
        (Aspect("x", ["x"]), InputTypeError, "aspects must be a list of Aspect, got Aspect"),
        (None, InputTypeError, "got NoneType"),
        ([("x", ["x"])], InputTypeError, "must be Aspect objects, got tuple"),
        ([Aspect("x", ["a"]), Aspect("x", ["b"])], InputValueError, "two aspects are named 'x'"),
    ],
)
def test_bad_lists_of_aspects_are_refused(
    aspects: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        extract_aspects("text", aspects)
    with pytest.raises(error, match=message):
        analyze("text", aspects=aspects)


def test_sentences_must_be_sentences() -> None:
    with pytest.raises(InputTypeError, match=r"sentences must be Sentence objects.*got str"):
        extract_aspects("The plot.", sentences=["The plot."])  # type: ignore[list-item]
    with pytest.raises(InputTypeError, match="text must be a str"):
        extract_aspects(None, sentences=[])  # type: ignore[arg-type]


def test_text_must_be_text() -> None:
    with pytest.raises(InputTypeError, match="text must be a str, got NoneType"):
        extract_aspects(None)  # type: ignore[arg-type]
