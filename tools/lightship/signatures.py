"""SSH signatures: the only module that runs ssh-keygen. A namespace keeps what is signed for one purpose from another."""

from __future__ import annotations

import base64
import binascii
import os
import re
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from lightship.errors import CouldNotRun, UsageError

_HURRY, _TYPING = 20, 120  # seconds: alone, and with somebody who types a passphrase
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_LONGEST = 20_000  # characters of a signature; an RSA key's has 2,000
_WHO = "signer"
_KEY = re.compile(r"[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,3}")


def sign(data: bytes, key: Path, namespace: str, *, may_ask: bool = False) -> str:
    """The signature of `data` with the private key in the file `key`, or with the agent's where it is a public one.

    Raises UsageError where the key cannot be used. Nothing asks for a passphrase, unless it `may_ask`.
    """
    if not key.is_file():
        raise UsageError(f"signing: there is no key {key}; name one with --key FILE")
    done = _run(["-Y", "sign", "-f", str(key), "-n", namespace], data, may_ask)
    signature = done.stdout.decode("ascii", "replace").strip()
    if done.returncode or not signature.startswith(_BEGIN):
        said = _said(done)
        hint = (
            "it has a passphrase: run `ssh-add` with it first, or run this in a terminal"
            if "passphrase" in said
            else "name another with --key FILE"
        )
        raise UsageError(f"signing with {key}: {said}; {hint}")
    return signature


def verifies(data: bytes, signature: str, key: str, namespace: str) -> bool:
    """Whether the holder of the public `key` ('<type> <base64>') signed `data` for `namespace`. Raises CouldNotRun."""
    if len(signature) > _LONGEST or not signature.isascii() or not _KEY.fullmatch(key):
        return False
    with tempfile.TemporaryDirectory(prefix="lightship-") as folder:
        allowed, armored = Path(folder, "allowed"), Path(folder, "signature")
        allowed.write_text(f'{_WHO} namespaces="{namespace}" {key}\n', encoding="utf-8")
        armored.write_text(f"{signature}\n", encoding="utf-8")
        options = ["-Y", "verify", "-f", str(allowed), "-I", _WHO, "-n", namespace, "-s", str(armored)]
        return _run(options, data, False).returncode == 0


def signer(signature: str) -> str:
    """The public key ('<type> <base64>') that a signature says it is by; '' where it is none. Proves nothing."""
    try:
        lines = signature.strip().splitlines()
        if lines[0] != _BEGIN or lines[-1] != _END:
            return ""
        blob = base64.b64decode("".join(lines[1:-1]), validate=True)
        if blob[:6] != b"SSHSIG":
            return ""
        public = _text(blob, 10)
        return f"{_text(public, 0).decode('ascii')} {base64.b64encode(public).decode()}"
    except (IndexError, ValueError, binascii.Error):
        return ""


def make(path: Path, comment: str) -> str:
    """Make an Ed25519 key without a passphrase in the file `path`; the public key's line."""
    done = _run(["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(path)], b"", False)
    if done.returncode:
        raise CouldNotRun(f"making the key {path}: {_said(done)}")
    return path.with_name(f"{path.name}.pub").read_text(encoding="utf-8").strip()


def _text(blob: bytes, at: int) -> bytes:
    """The string of the SSH wire format that begins at `at`. Raises ValueError."""
    length = int.from_bytes(blob[at : at + 4], "big")
    found = blob[at + 4 : at + 4 + length]
    if not length or len(found) != length:
        raise ValueError("cut off")
    return found


def _run(options: list[str], data: bytes, may_ask: bool) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["ssh-keygen", *options],
            input=data,
            capture_output=True,
            env=_environment(may_ask),
            timeout=_TYPING if may_ask else _HURRY,
            # Without a terminal nothing can ask, and so nothing hangs.
            start_new_session=not may_ask,
            check=False,
        )
    except FileNotFoundError as error:
        raise CouldNotRun("running ssh-keygen: it is not installed (OpenSSH 8.2 or later)") from error
    except subprocess.TimeoutExpired as error:
        raise CouldNotRun(f"running ssh-keygen: no answer within {error.timeout:.0f} s") from error


def _environment(may_ask: bool) -> Mapping[str, str]:
    quiet = {} if may_ask else {"SSH_ASKPASS_REQUIRE": "never"}
    return {**os.environ, "LC_ALL": "C", **quiet}


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].strip().rstrip(".") if lines else "ssh-keygen said nothing"
