from __future__ import annotations

import pytest

from reviewkit import Aspect, extract_aspects
from reviewkit._related import related_words

FOOD = ["food", "dish", "meal", "menu", "drink", "dessert", "pizza", "soup"]
SERVICE = ["service", "staff", "waiter", "waitress", "host", "manager"]


def targets(text: str, *aspects: Aspect) -> list[tuple[str, str]]:
    return [(m.aspect, m.target) for m in extract_aspects(text, aspects)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We had lunch at noon.", [("food", "lunch")]),
        ("The sandwiches came late.", [("food", "sandwiches")]),
        ("The attendants smiled.", [("service", "attendants")]),
        ("The actor was late.", []),
        ("Xyzzy plugh.", []),
        ("", []),
    ],
)
def test_words_like_the_terms_are_found(text: str, found: list[tuple[str, str]]) -> None:
    assert targets(text, Aspect("food", FOOD), Aspect("service", SERVICE)) == found


def test_exact_finds_the_terms_only() -> None:
    text = "The lunch menu is short."
    assert targets(text, Aspect("food", FOOD)) == [("food", "lunch"), ("food", "menu")]
    assert targets(text, Aspect("food", FOOD, exact=True)) == [("food", "menu")]


def test_an_excluded_phrase_excludes_words_that_are_like_the_terms_too() -> None:
    assert targets("There is no free lunch.", Aspect("food", FOOD, ["free lunch"])) == []


def test_a_word_that_is_as_much_like_another_aspect_is_left_alone() -> None:
    assert related_words({"one": FOOD, "other": FOOD}) == {"one": [], "other": []}


def test_a_term_of_one_aspect_is_not_taken_for_another() -> None:
    text = "The lunch was dear."
    assert targets(text, Aspect("food", FOOD), Aspect("hours", ["lunch", "noon"])) == [
        ("hours", "lunch")
    ]


def test_case_does_not_matter() -> None:
    assert related_words({"food": [term.upper() for term in FOOD]}) == related_words({"food": FOOD})


@pytest.mark.parametrize("terms", [["Qwxz"], ["two words"], ["寿司"]])
def test_terms_that_it_does_not_know_are_like_nothing(terms: list[str]) -> None:
    assert related_words({"own": terms}) == {"own": []}


def test_one_term_finds_next_to_nothing_else() -> None:
    assert len(related_words({"staff": ["staff"]})["staff"]) < 5


def test_a_term_given_twice_counts_once() -> None:
    assert related_words({"food": FOOD + FOOD}) == related_words({"food": FOOD})


def test_no_aspects() -> None:
    assert related_words({}) == {}
