"""Look-alikes: what people take for the same text has one skeleton, and different texts have not."""

from __future__ import annotations

import pytest

from lightship.catalog.lookalikes import disguised, mixed, skeleton


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("alice", "Alice"),
        ("alice", "a1ice"),
        ("Alice", "AIice"),
        ("alice", "аlice"),  # Cyrillic а
        ("Alice", "Αlice"),  # Greek Α
        ("scope", "ѕсоре"),  # all Cyrillic
        ("bob", "b0b"),
        ("modern", "modem"),
        ("wwf", "vvwf"),
        ("José", "Jose"),
        ("ＡＢＣ", "abc"),  # full width
        ("ﬁne", "fine"),  # a ligature
        ("ⅼ", "l"),  # a Roman numeral
    ],
)
def test_what_looks_the_same_has_one_skeleton(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"), [("alice", "alina"), ("cart", "card"), ("eu-1", "eu-2"), ("Анна", "Иван"), ("a", "b")]
)
def test_what_differs_has_two(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Cаrt", "Cаrt"),
        ("The Cаrt", "Cаrt"),
        ("Pαyments", "Pαyments"),
        ("Корзина", None),
        ("Корзина Cart", None),
        ("Hilallı", None),
        ("Łukasz Żółć", None),
        ("Ελένη", None),
        ("Cart", None),
        ("カート Cart", None),
    ],
)
def test_a_word_of_two_scripts_is_found(text: str, word: str | None) -> None:
    assert mixed(text) == word


def test_only_letters_of_another_script_disguise() -> None:
    assert disguised("аlice") and not disguised("alıce") and not disguised("alice") and not disguised("東京")
