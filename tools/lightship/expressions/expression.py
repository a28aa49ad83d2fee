"""A CEL expression: compiled once, checked statically, evaluated to true, false, missing or broken; it never raises."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lightship.expressions import engine
from lightship.expressions.scan import ENDS, Path, scan
from lightship.expressions.shape import Shape
from lightship.expressions.trouble import Trouble

LONGEST = 1000  # characters
_SYNTAX = re.compile(r"ERROR: <input>:(\d+):(\d+): (?:Syntax error: )?([^\n]*)")


class Missing(enum.Enum):
    """The expression looks at something that nobody has observed."""

    MISSING = "missing"


MISSING = Missing.MISSING


@dataclass(frozen=True, slots=True)
class Broken:
    """The expression could not be evaluated."""

    message: str


Verdict = bool | Missing | Broken


def context(variables: Mapping[str, Any]) -> engine.Context:
    """Values that several expressions are evaluated over; making one costs more than an evaluation."""
    return engine.Context(dict(variables))


class Expression:
    """`source` for contexts that offer `variables`. What is wrong with it stands in `troubles`.

    `paths` are the values it looks at (see `scan`).
    """

    def __init__(self, source: str, variables: Mapping[str, Shape]) -> None:
        self.source = source
        self.paths: frozenset[Path] = frozenset()
        self._program: engine.Program | None = None
        self.troubles = self._prepare(variables)
        self._optional = frozenset(
            step for path in self.paths if _optional(path, variables) for step in path if step not in ENDS
        )

    def _prepare(self, variables: Mapping[str, Shape]) -> tuple[Trouble, ...]:
        if len(self.source) > LONGEST:
            return (
                Trouble(f"the expression is longer than {LONGEST} characters", "split it into two rules"),
            )
        try:
            program = engine.compile(self.source)
        except ValueError as error:
            return (_syntax(str(error)),)
        scanned = scan(self.source, variables)
        self.paths = scanned.paths
        if not scanned.troubles:
            self._program = program if scanned.source == self.source else engine.compile(scanned.source)
        return scanned.troubles

    def evaluate(self, values: engine.Context) -> Verdict:
        """The verdict over `values`, which must hold every value of `paths` that is not optional."""
        if self._program is None:
            return Broken(self.troubles[0].message)
        try:
            result = self._program.execute(values)
        except KeyError as error:
            name = str(error.args[0]) if error.args else ""
            return MISSING if name in self._optional else Broken(f"there is no key '{name}'")
        except (TypeError, ValueError, RuntimeError, LookupError, ArithmeticError) as error:
            return Broken(_short(str(error)))
        if result is True or result is False:
            return result
        return Broken(f"the result is {type(result).__name__}, not true or false")


def check(source: str, variables: Mapping[str, Shape]) -> tuple[Trouble, ...]:
    """What is wrong with `source` as a condition over `variables`; nothing where it can be evaluated."""
    return Expression(source, variables).troubles


def _optional(path: Path, variables: Mapping[str, Shape]) -> bool:
    shape: Shape | None = variables.get(path[0])
    for step in path[1:]:
        if shape is None or shape.may_be_missing or shape.type == "anything":
            break
        shape = shape.item if shape.type == "list" else shape.fields.get(step)
    return shape is not None and (shape.may_be_missing or shape.type == "anything")


def _syntax(text: str) -> Trouble:
    found = _SYNTAX.search(text)
    if found is None:
        return Trouble(
            _short(text.rpartition("ERROR: ")[2] or text),
            "`lightship explain --conditions` lists what it can see",
        )
    line, column, what = found.groups()
    what = re.sub(r"expecting \{.*", "expecting a value", what).replace("'<EOF>'", "end")
    where = f"character {column}" if line == "1" else f"line {line}, character {column}"
    return Trouble(
        f"the expression is not CEL: {_short(what)}, at its {where}",
        "`lightship explain --conditions` lists what it can see",
    )


def _short(text: str) -> str:
    line = text.partition(" CEL does not")[0].partition(". Check ")[0].split("\n")[0].strip().rstrip(".")
    return (line[:1].lower() + line[1:])[:200]
