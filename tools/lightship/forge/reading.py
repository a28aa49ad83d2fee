"""What the bytes of a request say, and what is wrong with them. Pure."""

from __future__ import annotations

from pydantic import ValidationError

from lightship.catalog.kinds.request import Request
from lightship.catalog.problems import from_validation, from_yaml, not_a_mapping, reserved_id
from lightship.catalog.read import YamlError, parse
from lightship.forge.base import FOLDER

MOST_BYTES = 64 * 1024
_REGULAR = "100644"


def path_of(id: str) -> str:
    """Where the request `id` lies."""
    return f"{FOLDER}/{id}.yaml"


def read(id: str, data: bytes) -> tuple[Request | None, tuple[str, ...]]:
    """The request that `data` is, or None and why it is none."""
    if len(data) > MOST_BYTES:
        return None, (f"it is longer than {MOST_BYTES // 1024} KiB",)
    try:
        held = parse(data)
    except YamlError as error:
        return None, (from_yaml(error).message,)
    if not isinstance(held, dict):
        return None, (not_a_mapping(held, Request).message,)
    if "id" in held:
        return None, (reserved_id().message,)
    try:
        return Request.model_validate({**held, "id": id}), ()
    except ValidationError as error:
        return None, tuple(problem.message for problem in from_validation(error, Request, held))


def of_mode(mode: str) -> tuple[str, ...]:
    """Why a file of `mode` (octal) is no request."""
    if mode == _REGULAR:
        return ()
    what = {"100755": "marked as executable", "120000": "a symlink", "160000": "a submodule"}
    return (f"it is {what.get(mode, f'of the odd mode {mode}')}, and has to be a plain file",)
