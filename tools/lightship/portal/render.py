"""Page bodies from the package's templates: one sandboxed Jinja environment, escaping on, undefined names are errors."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from lightship.portal import pieces, words
from lightship.portal.charts import Charts
from lightship.portal.lists import shown

_TEMPLATES = Path(__file__).parent / "templates"


class _Sandbox(ImmutableSandboxedEnvironment):
    """The sandbox, which decides once for a type and a name whether the name may be read."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._safe: dict[tuple[type, str], bool] = {}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        key = (type(obj), attr)
        known = self._safe.get(key)
        if known is None:
            known = self._safe[key] = super().is_safe_attribute(obj, attr, value)
        return known


class Renderer:
    """Renders templates by name; what was compiled, and drawn, is kept in the folder `kept`."""

    def __init__(self, kept: Path) -> None:
        kept.mkdir(parents=True, exist_ok=True)
        self._environment = _Sandbox(
            loader=FileSystemLoader(_TEMPLATES),
            bytecode_cache=FileSystemBytecodeCache(str(kept)),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=False,
        )
        self._environment.globals.update(
            plural=words.plural,
            on=words.on,
            at=words.at,
            when=words.when,
            share=pieces.share,
            bar=pieces.bar,
            coded=pieces.coded,
            drawn=Charts(kept / "charts").figures,
            state=pieces.state,
            shown=shown,
        )

    def body(self, template: str, context: Mapping[str, Any]) -> str:
        """The body that `template` makes of `context`."""
        return self._environment.get_template(template).render(context)
