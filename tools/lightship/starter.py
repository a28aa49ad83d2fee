"""The smallest valid portal: one person, their team, one service; as the text of its files. Pure."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pydantic import ValidationError

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds import model
from lightship.catalog.read import YamlError, parse
from lightship.catalog.settings import PATH as SETTINGS_PATH
from lightship.errors import UsageError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

DEMO_JOURNAL = "demo-journal"
"""The branch of the demo's records: a portal that keeps its records elsewhere is not the demo."""

DEMO_FACTS = "demo-facts"
"""The branch of the demo's facts."""

DEMO_FOLDERS = ("catalog", "scorecards/waivers", "actions/requests")
"""Folders whose files describe the Astronomy Shop; rules, actions and policies are everybody's."""

_PLAIN = re.compile(r"[^\W\d_][\w.'’()/-]*( [\w.'’()/-]+)*")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
_LONGEST = 120  # characters of a name
_DEVICES = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")


@dataclass(frozen=True, slots=True)
class Beginning:
    """Who begins with what; names as people write them."""

    name: str
    email: str | None
    team: str
    service: str

    @property
    def person_id(self) -> str:
        """From the name, or from the address where the name has no letter that an id may hold."""
        return id_from(self.name) or id_from((self.email or "").partition("@")[0]) or "me"

    @property
    def team_id(self) -> str:
        """From the team's name."""
        return id_from(self.team) or "first-team"

    @property
    def service_id(self) -> str:
        """From the service's name."""
        return id_from(self.service) or "first-service"


def id_from(name: str) -> str:
    """`name` in a-z, 0-9 and dashes, 64 at the most; empty where nothing of it can be kept."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    id = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")[:60].strip("-")
    return f"{id}-1" if _DEVICES.fullmatch(id) else id


def usable_email(email: str | None) -> str | None:
    """`email`, or None where the catalog would refuse it (git takes 'ada@laptop')."""
    try:
        model("person").from_data("me", {"name": "me", "email": email})
    except ValidationError:
        return None
    return email


def files(beginning: Beginning) -> Mapping[str, str]:
    """Path → text of every file. Raises UsageError where a name or the address cannot be written down."""
    written = {
        SETTINGS_PATH: _settings(beginning),
        f"catalog/people/{beginning.person_id}.yaml": _person(beginning),
        f"catalog/teams/{beginning.team_id}.yaml": _team(beginning),
        f"catalog/services/{beginning.service_id}.yaml": _service(beginning),
    }
    for path, kind, option in zip(
        list(written)[1:], ("person", "team", "service"), ("name", "team", "service"), strict=True
    ):
        _refuse_invalid(kind, option, path, written[path])
    return written


def without_demo(base: Catalog, head: Catalog) -> Catalog | None:
    """`base` without services, where the change to `head` takes the demo out as a whole; else None.

    Only the demo's journal marks the demo, and none of its services may be left: no other portal loses a service so.
    """
    taken_out = base.settings.branches.journal == DEMO_JOURNAL != head.settings.branches.journal
    if not taken_out or set(base.services) & set(head.services):
        return None
    return replace(base, entities={**base.entities, "service": {}})


def _refuse_invalid(kind: str, option: str, path: str, text: str) -> None:
    try:
        model(kind).from_data(path.rsplit("/", 1)[-1].removesuffix(".yaml"), parse(text.encode()))
    except YamlError as error:
        raise UsageError(f"reading --{option}: {error.message}; give another one") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = str(first["loc"][0])
        raise UsageError(
            f"reading --{option if field == 'name' else field}: {_said(first)}; give another one"
        ) from error


def _said(error: ErrorDetails) -> str:
    if error["type"] == "string_pattern_mismatch":
        return f"'{error['input']}' is not written as it has to be"
    message = error["msg"].removeprefix("Value error, ")
    return f"{message[:1].lower()}{message[1:]}"


def _text(value: str) -> str:
    plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
    return value if plain else json.dumps(value, ensure_ascii=False)


def _address(email: str) -> str:
    return email if email[0].isalpha() else json.dumps(email)


def _settings(beginning: Beginning) -> str:
    return f"""\
# The portal's own settings; `lightship schema settings` describes all of them.
name: {_text(f"{beginning.team} portal"[:_LONGEST])}

# Whose review a file needs that nobody else owns; `lightship codeowners` writes it down for GitHub.
owners:
  default: {_text(beginning.team_id)}
"""


def _person(beginning: Beginning) -> str:
    email = f"email: {_address(beginning.email)}\n" if beginning.email else ""
    return f"""\
name: {_text(beginning.name)}
{email}# The policies in actions/policies ask for these; hand them on as colleagues come in.
roles: [leader, incident-commander, platform-admin]
"""


def _team(beginning: Beginning) -> str:
    return f"""\
name: {_text(beginning.team)}
members: [{_text(beginning.person_id)}]
lead: {_text(beginning.person_id)}
"""


def _service(beginning: Beginning) -> str:
    return f"""\
# These two lines are enough. `lightship score {beginning.service_id}` says what is worth adding next.
name: {_text(beginning.service)}
owner: {_text(beginning.team_id)}
"""
