"""Texts that look alike: case, accents, and letters of other scripts that people read as Latin ones. Pure."""

from __future__ import annotations

import re
import unicodedata

# Letters that fonts draw like Latin ones. Source of the pairs: Unicode Technical Standard 39, confusables; only
# those of living alphabets, since names are made of them.
_PAIRS = {
    "a": "аαɑ",
    "b": "Ьь",
    "c": "сϲ",
    "d": "ԁ",
    "e": "еҽ",
    "g": "ɡց",
    "h": "һհ",
    "i": "іιɩı",
    "j": "јϳ",
    "k": "кκ",
    "l": "ӏ",
    "m": "м",
    "n": "ո",
    "o": "оοօσ",
    "p": "рρ",
    "q": "ԛզ",
    "r": "г",
    "s": "ѕ",
    "t": "тτ",
    "u": "υս",
    "v": "νѵ",
    "w": "ԝωա",
    "x": "хχ",
    "y": "уγү",
    "z": "ᴢ",
    "A": "АΑᎪ",
    "B": "ВΒᏴ",
    "C": "СϹᏟ",
    "E": "ЕΕᎬ",
    "H": "НΗᎻ",
    "I": "ІΙӀ",
    "J": "ЈᎫ",
    "K": "КΚᏦ",
    "M": "МΜᎷ",
    "N": "Ν",
    "O": "ОΟՕ",
    "P": "РΡᏢ",
    "S": "ЅՏᏚ",
    "T": "ТΤᎢ",
    "X": "ХΧ",
    "Y": "УΥҮ",
    "Z": "ΖᏃ",
}
_HOMOGLYPHS = {ord(foreign): latin for latin, all in _PAIRS.items() for foreign in all}
_SIMILAR = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l"})
_WORD = re.compile(r"[^\W\d_]+")


def skeleton(text: str) -> str:
    """What `text` looks like at a glance: two texts with one skeleton are easily taken for each other."""
    if not text.isascii():
        plain = unicodedata.normalize("NFKD", text.translate(_HOMOGLYPHS)).translate(_HOMOGLYPHS)
        text = "".join(char for char in plain if not unicodedata.combining(char))
    return text.casefold().translate(_SIMILAR).replace("rn", "m").replace("vv", "w")


def disguised(text: str) -> bool:
    """Whether `text` holds a letter of another script that looks like a Latin one."""
    return not text.isascii() and any(
        ord(char) in _HOMOGLYPHS and not unicodedata.name(char).startswith("LATIN") for char in text
    )


def mixed(text: str) -> str | None:
    """The first word of `text` that mixes Latin letters with Cyrillic or Greek ones that look like Latin ones."""
    if text.isascii():
        return None
    for word in _WORD.findall(text):
        if disguised(word) and any(char.isascii() for char in word):
            return str(word)
    return None
