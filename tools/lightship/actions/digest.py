"""What an approval is bound to: the bytes of one request, in one place of one repository. Pure."""

from __future__ import annotations

import hashlib

_DOMAIN = b"lightship-request-v1"


def digest(repository: str, path: str, data: bytes) -> str:
    """SHA-256 over the domain, the repository's id, the path and the file's bytes, with a zero byte between."""
    parts = (_DOMAIN, repository.encode(), path.encode(), data)
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
