"""What the commands share: their options, the catalog, the records, and how findings are printed."""

from lightship.commandline.catalogs import (
    cache,
    cache_folder,
    exit_code,
    judge,
    load,
    print_findings,
    settings,
    source,
    write_or_check,
)
from lightship.commandline.options import Moment, as_of, at_a_moment, in_format, in_repository, repository
from lightship.commandline.records import (
    actor,
    book,
    finish,
    ledger,
    main_tip,
    observed,
    postmortems,
    record,
)
from lightship.commandline.requests import Requests, standings
from lightship.commandline.signing import keys_folder, person, sign

__all__ = [
    "Moment",
    "Requests",
    "actor",
    "as_of",
    "at_a_moment",
    "book",
    "cache",
    "cache_folder",
    "exit_code",
    "finish",
    "in_format",
    "in_repository",
    "judge",
    "keys_folder",
    "ledger",
    "load",
    "main_tip",
    "observed",
    "person",
    "postmortems",
    "print_findings",
    "record",
    "repository",
    "settings",
    "sign",
    "source",
    "standings",
    "write_or_check",
]
