"""Strict YAML: what is read, what is refused and where, and that the two readers agree."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lightship.catalog.fast import fast
from lightship.catalog.read import LARGEST, YamlError, parse, positions
from lightship.catalog.strict import strict

LONG = bool(os.environ.get("LIGHTSHIP_LONG"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"), ("on", "on"), ("y", "y"), ("yes", "yes"), ("off", "off"),
        ("0123", "0123"), ("00", "00"), ("01.5", "01.5"), ("-012", "-012"), ("1_000", "1_000"), ("0b1", "0b1"),
        ("1:30", "1:30"), ("12:30:00", "12:30:00"), ("2026-01-01", "2026-01-01"), ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("0", 0), ("-7", -7), ("+7", 7), ("0x1f", 31), ("0o17", 15), ("9223372036854775807", 2**63 - 1),
        ("1.5", 1.5), ("1e3", 1000.0), (".5", 0.5), ("5.", 5.0), ("-0.5E-2", -0.005),
        ("true", True), ("True", True), ("TRUE", True), ("tRUE", "tRUE"), ("false", False),
        ("", None), ("~", None), ("null", None), ("NULL", None), ("nUll", "nUll"),
        ("'0123'", "0123"), ('"a\\tb"', "a\tb"), ("R&D, 50% off! why? a*b", "R&D, 50% off! why? a*b"),
        ("|\n  two\n  lines\n", "two\nlines\n"), (">-\n  one\n  line\n", "one line"),
        ("[1, [2, {b: 3}]]", [1, [2, {"b": 3}]]),
    ],
)  # fmt: skip
def test_the_core_schema_of_yaml_1_2(text: str, value: object) -> None:
    found = parse(f"a: {text}".encode())
    assert found == {"a": value} and type(found["a"]) is type(value)


@pytest.mark.parametrize(
    ("data", "rule", "line", "column"),
    [
        (b"a: 1\nb: 2\na: 3\n", "yaml-duplicate-key", 3, 1),
        (b"approvers: [x]\n'approvers': [y]\n", "yaml-duplicate-key", 2, 1),
        (b"a: {b: 1, b: 2}\n", "yaml-duplicate-key", 1, 11),
        (b"a: &x 1\n", "yaml-anchor", 1, 4),
        (b"- &a [*a]\n", "yaml-anchor", 1, 3),
        (b"a: *x\n", "yaml-anchor", 1, 4),
        (b"<<: {approved: true}\n", "yaml-merge-key", 1, 1),
        (b"a: !!set {x}\n", "yaml-tag", 1, 4),
        (b"a: !!binary aGk=\n", "yaml-tag", 1, 4),
        (b"a: !custom x\n", "yaml-tag", 1, 4),
        (b"a: ! x\n", "yaml-tag", 1, 4),
        (b"a: !!python/object/apply:os.system [x]\n", "yaml-tag", 1, 4),
        (b"a: 1\n---\nb: 2\n", "yaml-multiple-documents", 2, 1),
        (b"%YAML 1.1\n---\na: 1\n", "yaml-directive", 1, 1),
        (b"a: \xe2\x80\xaex\n", "yaml-character", 1, 4),
        (b'a: "\\u202e"\n', "yaml-character", 1, 4),
        (b'"a\\u200b": 1\n', "yaml-character", 1, 1),
        (b"a: x\x00\n", "yaml-character", 1, 5),
        (b"a: x\x1b[31m\n", "yaml-character", 1, 5),
        (b"a: x\x7f\n", "yaml-character", 1, 5),
        (b"a: x\xc2\x85y\n", "yaml-character", 1, 5),
        (b"a: 1\nb: \xe2\x80\x8b\n", "yaml-character", 2, 4),
        (b"\xef\xbb\xbfa: 1\n", "yaml-character", 1, 1),
        (b"a: \xff\n", "yaml-character", 1, 4),
        (b"\xed\xa0\x80: 1\n", "yaml-character", 1, 1),
        (b"1: x\n", "yaml-key", 1, 1),
        (b"a:\n  null: x\n", "yaml-key", 2, 3),
        (b"? [a]\n: b\n", "yaml-key", 1, 3),
        (b"a: .inf\n", "yaml-number", 1, 4),
        (b"a: [.NaN]\n", "yaml-number", 1, 5),
        (b"a: 1e999\n", "yaml-number", 1, 4),
        (b"a: 9223372036854775808\n", "yaml-number", 1, 4),
        (b"\ta: 1\n", "yaml-invalid", 1, 1),
        (b"a: b: c\n", "yaml-invalid", 1, 5),
        (b"a: [1, 2\n", "yaml-invalid", 2, 1),
        (b"a: 'x\n", "yaml-invalid", 1, 4),
        (b"a:\n  - b\n c: d\n", "yaml-invalid", 3, 2),
        (b"[" * 900, "yaml-too-deep", 1, 21),
        (b"[" * 30_000, "yaml-too-deep", 1, 21),
        (b"{a: " * 16_000, "yaml-too-deep", 1, 81),
        (b"".join(b" " * depth + b"a:\n" for depth in range(300)), "yaml-too-deep", 21, 21),
        (b"- " * 5_000 + b"a", "yaml-too-deep", 1, 41),
        (b"a: " + b"x" * LARGEST, "yaml-too-large", 1, 1),
        (b"[" + b"1," * 12_000 + b"1]", "yaml-too-large", 1, 20_000),
        (b"a: 1\rb: \xe2\x80\x8b\n", "yaml-character", 2, 4),
        (b"a: 1\r\nb: \xff\n", "yaml-character", 2, 4),
        (b"a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n", "yaml-anchor", 1, 4),
    ],
)  # fmt: skip
def test_what_is_refused_is_refused_at_once_and_at_its_place(
    data: bytes, rule: str, line: int, column: int
) -> None:
    start = time.perf_counter()
    with pytest.raises(YamlError) as refused:
        parse(data)
    assert time.perf_counter() - start < 1
    error = refused.value
    assert (error.rule, error.line, error.column) == (rule, line, column), error
    assert error.message and error.fix


@pytest.mark.parametrize(
    "text",
    [f"a: &{'x' * 60_000} 1", f"a: *{'x' * 60_000}", f"a: !{'x' * 60_000} 1", f"a: {'1' * 60_000}", "a: !%1b%5b31m x",
     f"{'k' * 1_000}: 1\n{'k' * 1_000}: 2", f"0x{'f' * 500}: 1"],
)  # fmt: skip
def test_messages_quote_little_and_nothing_that_a_terminal_obeys(text: str) -> None:
    with pytest.raises(YamlError) as refused:
        parse(text.encode())
    assert len(refused.value.message) < 120 and refused.value.message.isprintable()


def test_positions_of_every_key_and_value() -> None:
    places = positions("name: Ä b\nlist:\n  - x: 1\n  - {é: 2, z: 3}\n".encode())
    assert places.key == {
        ("name",): (1, 1),
        ("list",): (2, 1),
        ("list", 0, "x"): (3, 5),
        ("list", 1, "é"): (4, 6),
        ("list", 1, "z"): (4, 12),
    }
    assert places.value[("list", 1, "z")] == (4, 15) and places.value[("name",)] == (1, 7)


def test_positions_reach_as_far_as_the_file_can_be_read() -> None:
    assert positions(b"a: 1\nb: [\n").value[("a",)] == (1, 4)


@pytest.mark.parametrize(
    "text",
    ["\r&x a", "\r!t a", "\r01", "\r.nan", "a:\r  0b1", '{"a" :01}', '{"a" :&x b}', "{'a'\n:!t b}", "{[]:01}", "{?&x 00}", "[?!t a]",
     "{a: ?&x b}", "- - 01", "- - &x a", "a:\t01", "{ 01: a}", "[\t.5]", "--- 01", "--- &x a", "---\n01", "01", "&x a", "{:01}"],
)  # fmt: skip
def test_where_a_token_may_start_the_strict_reader_decides(text: str) -> None:
    assert _outcome(parse, text.encode()) == _outcome(strict, text.encode())


def test_ordinary_files_are_read_fast() -> None:
    text = """\
# A comment: with & and * and !
---
name: "0123"
account: '012345678901'
description: >-
  R&D calls it *the* cart! Why? 50% of all orders; see [the wiki] {or} call.
  It retries 3 times.
url: https://example.com:8443/d/000123?var=x&from=now-1h#top
starts: 2026-01-01
hand_over: 09:00
tier: 1
target: 99.95
offset: -3
list: [a-01, "b", 'c', 10, 0.5, v0.1.0, 1.2.3]
steps:
- title: "Really? Yes!"
  done: true
"""
    for ending in ("\n", "\r\n"):
        data = text.replace("\n", ending).encode()
        assert fast(data) == strict(data)


@pytest.mark.parametrize(
    ("text", "read"),
    [("[" * 20 + "]" * 20, True), ("[" * 21 + "]" * 21, False), ("- " * 20 + "a", True), ("- " * 21 + "a", False),
     ("[" + "a," * 9_999 + "]", True), ("[" + "a," * 10_000 + "]", False), ("- {a: b}\n" * 3_333, True), ("- {a: b}\n" * 3_334, False),
     ("".join(f"k{n}:\n" for n in range(4_999)), True), ("".join(f"k{n}:\n" for n in range(5_000)), False)],
)  # fmt: skip
def test_both_readers_hold_the_same_bounds(text: str, read: bool) -> None:
    outcome = _outcome(parse, text.encode())
    assert outcome == _outcome(strict, text.encode())
    assert outcome.startswith("yaml-too-") is not read


_TOKENS = st.sampled_from(
    [
        "a",
        "b: ",
        "\n",
        "  ",
        "    ",
        "1",
        "01",
        "0x1",
        "0b1",
        "1e3",
        "1_0",
        ".5",
        "5.",
        "-0",
        "+1",
        "~",
        "null",
        "true",
        "no",
        "'",
        '"',
        "#",
        "&x ",
        "*x",
        "!t ",
        "!!str ",
        "? ",
        ">",
        "\n---\n",
        "...",
        "[",
        "]",
        "{",
        "}",
        ", ",
        ":",
        "%",
        "<<: ",
        "é",
        "\\u202e",
        "2026-01-01",
        "09:30",
        "1.5",
        ".inf",
        ".nan",
        "-",
        "- ",
        "-1",
        "0o7",
        "99999999999999999999",
        "\r\n",
        "\t",
        "=",
        "@",
        "`",
        "key: value\n",
        "list:\n  - x\n",
        "key: &b c\n",
        "> \n",
        "0",
        "00",
        "1:30",
        "0.0",
        "-.5",
        "R&D ",
        "50% ",
        "why? ",
        "\r",
        '"a" :',
        '"a":',
        "'a': ",
        "a :",
        "?x",
        ":01",
        "&",
        "!",
        "*",
        "---",
        "inf",
        "-nan",
        "TRUE",
        "Null",
        "1.",
        "-0.0",
        "1e",
        "|\n",
        "|2\n",
        "\n\n",
        "\t\n",
        " #c\n",
        "a: ",
        "9" * 18,
        "\u00a0",
    ]
)


def _outcome(reader: Any, data: bytes) -> str:
    try:
        return repr(reader(data))
    except YamlError as error:
        return f"{error.rule}:{error.line}:{error.column}"


@settings(
    max_examples=20_000 if LONG else 2_000,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)
@given(st.lists(_TOKENS, max_size=14).map("".join))
def test_the_fast_reader_says_what_the_strict_one_says(text: str) -> None:
    assert _outcome(parse, text.encode()) == _outcome(strict, text.encode())


_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(
    max_examples=10_000 if LONG else 300,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)
@given(st.dictionaries(st.text(min_size=1), _PLAIN, max_size=5), st.booleans())
def test_what_other_programs_write_is_read_alike_by_both(data: dict[str, Any], flow: bool) -> None:
    text = yaml.safe_dump(data, default_flow_style=flow, allow_unicode=True).encode("utf-8", "surrogatepass")
    assert _outcome(parse, text) == _outcome(strict, text)


def test_the_readers_agree_on_real_files(shared: Path) -> None:
    files = [path for path in shared.rglob("*.y*ml") if path.is_file()]
    assert len(files) > 100
    assert [
        str(path)
        for path in files
        if _outcome(parse, path.read_bytes()) != _outcome(strict, path.read_bytes())
    ] == []


_SEEDS = (
    b"name: Cart\nowner: shop\ndepends_on: [a, {service: b}]\n",
    b"a:\n  - 'x'\n  - |\n    t\n",
    b'{a: [1, 2.5, ~], b: "x"}',
)


_LONGEST = 14  # bytes that say which seed an input begins with, how many edits it has, and what they are


def _mutated(said: bytes) -> bytes:
    data = bytearray(_SEEDS[said[0] % len(_SEEDS)])
    edits = said[2 : 2 + said[1] % 7 * 2]
    for at, byte in zip(edits[::2], edits[1::2], strict=True):
        where = at % (len(data) + 1)
        data[where : where + byte % 3] = bytes([byte]) * (1 + byte % 4)
    return bytes(data)


# Each example holds ten inputs, in one text of bytes, since drawing takes longer than reading: 20,000 in a run,
# 100,000 in the long one.
@settings(
    max_examples=10_000 if LONG else 2_000,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)
@given(st.binary(min_size=10 * _LONGEST, max_size=10 * _LONGEST))
def test_bad_input_raises_nothing_but_a_finding(batch: bytes) -> None:
    for start in range(0, len(batch), _LONGEST):
        try:
            found = parse(_mutated(batch[start : start + _LONGEST]))
        except YamlError as error:
            assert error.line >= 1 and error.column >= 1 and error.rule.startswith("yaml-")
        else:
            assert _finite(found)


def _finite(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _finite(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(_finite, value))
    return not isinstance(value, float) or math.isfinite(value)


def test_without_libyaml_nothing_is_judged(tmp_path: Path) -> None:
    program = "import sys; sys.modules['yaml._yaml'] = None; from lightship.cli import main; main()"
    (tmp_path / "catalog").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", program, "validate", "-C", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3 and done.stdout == ""
    assert (
        done.stderr
        == "lightship: reading YAML: PyYAML was built here without libyaml; install its wheel instead\n"
    )


@pytest.mark.parametrize(
    ("data", "message", "fix"),
    [
        (b"a: 'x\n", "never closed", "quotes"),
        (b"a: b: c\n", "':'", "in quotes"),
        (b"a: @x\n", "begin with this character", "@, ` or % in quotes"),
        (b"a:\n\t- x\n", "begin with this character", "spaces, not tabs"),
        (b"<<<<<<< main\na: b\n=======\na: c\n>>>>>>> topic\n", "", "a merge conflict is left"),
    ],
)
def test_what_is_not_yaml_is_said_in_plain_words(data: bytes, message: str, fix: str) -> None:
    with pytest.raises(YamlError) as raised:
        parse(data)
    assert message in raised.value.message and fix in raised.value.fix
