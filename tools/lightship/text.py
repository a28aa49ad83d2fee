"""Texts in Jinja, as the parameters of steps are written: a small part of the language, over plain data, rendered once.

Only expressions and `if` are known: no loops, calls, macros or includes. So what comes out is no longer than what goes
in allows, and what a template looks at can be told without rendering it. Values are data: what they hold is never
taken for a template, and nothing is escaped, since nothing here becomes HTML.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, Undefined, UndefinedError, nodes
from jinja2.environment import TemplateExpression
from jinja2.sandbox import ImmutableSandboxedEnvironment

LONGEST = 4000  # characters of a template
MOST = 20_000  # characters of what comes out
FILTERS = (
    "capitalize", "default", "first", "int", "join", "last", "length", "lower", "string", "title", "trim",
    "truncate", "upper",
)  # fmt: skip
TESTS = ("defined", "undefined", "none", "eq", "ne", "in", "string", "number", "boolean")
_KNOWN = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.Const, nodes.Name, nodes.Getattr,
    nodes.Getitem, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.Not, nodes.And, nodes.Or,
    nodes.CondExpr, nodes.Concat, nodes.Add, nodes.Sub, nodes.Keyword, nodes.List,
)  # fmt: skip

Path = tuple[str, ...]


class BadText(ValueError):
    """A text that is no template of this language, or that cannot be rendered with these values; says why."""


def render(template: str, values: Mapping[str, Any]) -> Any:
    """`template` over `values`. A template that is one expression alone gives its value as it is: a list stays a list.

    Raises BadText: the template is wrong, looks at what is not there, or gives more than `MOST` characters.
    """
    if "{" not in template:
        return template
    try:
        compiled = _compiled(template)
        if isinstance(compiled, TemplateExpression):
            found = compiled(**values)
            if isinstance(found, Undefined):
                found._fail_with_undefined_error()
        else:
            found = compiled.render(**values)
    except BadText:
        raise
    except UndefinedError as error:
        absent = next((path for path in sorted(needs(template)) if not _is_there(path, values)), None)
        raise BadText(f"there is no '{'.'.join(absent)}'" if absent else _told(error)) from error
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        raise BadText(_told(error)) from error
    if isinstance(found, str) and len(found) > MOST:
        raise BadText(f"it gives {len(found)} characters, and {MOST} are allowed")
    return found


def fill(value: Any, values: Mapping[str, Any]) -> Any:
    """`value` with every text in it rendered over `values`; keys stay as they are. Raises BadText."""
    if isinstance(value, str):
        return render(value, values)
    if isinstance(value, Mapping):
        return {key: fill(inner, values) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [fill(inner, values) for inner in value]
    return value


@lru_cache(maxsize=4096)
def names(template: str) -> frozenset[Path]:
    """What `template` looks at, each as a path: ('inputs', 'service'). Raises BadText where it is no template."""
    if "{" not in template:
        return frozenset()
    return frozenset(_paths(_parsed(template)))


@lru_cache(maxsize=4096)
def needs(template: str) -> frozenset[Path]:
    """The paths of `names` that have to be there: those that no `default` and no `is defined` stands beside."""
    if "{" not in template:
        return frozenset()
    parsed = _parsed(template)
    eased = {
        path
        for node in parsed.find_all((nodes.Filter, nodes.Test))
        if node.name in ("default", "defined", "undefined") and (path := _path(node.node))
    }
    return frozenset(_paths(parsed)) - eased


def is_dynamic(template: str) -> bool:
    """Whether anything of `template` depends on values. Raises BadText where it is no template."""
    return "{" in template and any(not isinstance(part, nodes.TemplateData) for part in _parts(template))


def _is_there(path: Path, values: Any) -> bool:
    for step in path:
        if isinstance(values, list | tuple) and step.isdecimal() and int(step) < len(values):
            values = values[int(step)]
        elif isinstance(values, Mapping) and step in values:
            values = values[step]
        else:
            return False
    return True


def _parts(template: str) -> Iterator[nodes.Node]:
    for node in _parsed(template).body:
        yield from node.nodes if isinstance(node, nodes.Output) else (node,)


class _Environment(ImmutableSandboxedEnvironment):
    """Values are data: a dot and a bracket both mean a key, never an attribute, so an input may be called `items`."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Undefined):
            return obj
        try:
            if isinstance(obj, Mapping) or (isinstance(obj, list | tuple) and isinstance(argument, int)):
                return obj[argument]
        except (LookupError, TypeError):
            pass
        return self.undefined(obj=obj, name=argument)


@lru_cache(maxsize=1)
def _environment() -> _Environment:
    made = _Environment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in FILTERS}
    made.tests = {name: made.tests[name] for name in TESTS}
    return made


def _parsed(template: str) -> nodes.Template:
    if len(template) > LONGEST:
        raise BadText(f"it is longer than {LONGEST} characters")
    try:
        parsed = _environment().parse(template)
    except TemplateSyntaxError as error:
        raise BadText(_told(error)) from error
    except RecursionError as error:
        raise BadText("it is nested too deeply") from error
    for node in parsed.find_all(nodes.Node):
        _judge(node)
    return parsed


def _judge(node: nodes.Node) -> None:
    if not isinstance(node, _KNOWN):
        raise BadText(f"'{type(node).__name__.lower()}' is not part of the language of parameters")
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        raise BadText(f"'{node.name}' is not a filter here; filters: {', '.join(FILTERS)}")
    if isinstance(node, nodes.Test) and node.name not in TESTS:
        raise BadText(f"'{node.name}' is not a test here; tests: {', '.join(TESTS)}")
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        raise BadText(f"'{node.attr}' is nobody's field")


@lru_cache(maxsize=4096)
def _compiled(template: str) -> Any:
    """A template, or the one expression that it is."""
    environment = _environment()
    parsed = _parsed(template)
    alone = _alone(parsed)
    if alone is None:
        return environment.template_class.from_code(environment, environment.compile(parsed), {})
    body: list[nodes.Node] = [nodes.Assign(nodes.Name("result", "store"), alone, lineno=1)]
    made = nodes.Template(body, lineno=1)
    made.set_environment(environment)
    code = environment.compile(made)
    return TemplateExpression(environment.template_class.from_code(environment, code, {}), False)


def _alone(parsed: nodes.Template) -> nodes.Expr | None:
    parts = [part for node in parsed.body for part in getattr(node, "nodes", (node,))]
    only = parts[0] if len(parts) == 1 else None
    return only if isinstance(only, nodes.Expr) and not isinstance(only, nodes.TemplateData) else None


def _paths(node: nodes.Node) -> Iterator[Path]:
    found = _path(node)
    if found:
        yield found
        return
    for child in node.iter_child_nodes():
        yield from _paths(child)


def _path(node: nodes.Node) -> Path:
    """The path that `node` is as a whole; () where it is something else."""
    if isinstance(node, nodes.Name):
        return (node.name,)
    step = ""
    if isinstance(node, nodes.Getattr):
        step = node.attr
    elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        step = str(node.arg.value)
    if not step or not isinstance(node, nodes.Getattr | nodes.Getitem):
        return ()
    before = _path(node.node)
    return (*before, step) if before else ()


def _told(error: Exception) -> str:
    text = str(error).strip().rstrip(".")
    return text[:1].lower() + text[1:300] if text else type(error).__name__
