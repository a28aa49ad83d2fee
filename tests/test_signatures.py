"""Signatures by the real ssh-keygen: what is signed, by whom, for what; and nothing waits for anybody."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from lightship import signatures
from lightship.errors import CouldNotRun, UsageError

SPACE = "lightship-approval"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key without a passphrase."""
    path = tmp_path_factory.mktemp("keys") / "ada"
    signatures.make(path, "ada")
    return path


def test_what_is_signed_is_signed_for_one_purpose_by_one_key(key: Path, tmp_path: Path) -> None:
    public = " ".join(key.with_suffix(".pub").read_text().split()[:2])
    other = " ".join(signatures.make(tmp_path / "ben", "ben").split()[:2])
    signature = signatures.sign(b"bytes\n", key, SPACE)
    assert signatures.signer(signature) == public
    assert signatures.verifies(b"bytes\n", signature, public, SPACE)
    assert not signatures.verifies(b"bytes", signature, public, SPACE)
    assert not signatures.verifies(b"bytes\n", signature, public, "lightship-request")
    assert not signatures.verifies(b"bytes\n", signature, other, SPACE)


@pytest.mark.parametrize("kind", ["rsa", "ecdsa"])
def test_other_kinds_of_keys_sign_too(kind: str, tmp_path: Path) -> None:
    path = tmp_path / kind
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(path)], check=True)
    signature = signatures.sign(b"x", path, SPACE)
    public = signatures.signer(signature)
    assert path.with_suffix(".pub").read_text().startswith(public)
    assert signatures.verifies(b"x", signature, public, SPACE)


@pytest.mark.parametrize(
    "text",
    ["", "x", "-----BEGIN SSH SIGNATURE-----\n!!\n-----END SSH SIGNATURE-----", "é" * 50, "A" * 30_000],
)
def test_what_is_no_signature_is_by_nobody_and_never_raises(text: str, key: Path) -> None:
    public = " ".join(key.with_suffix(".pub").read_text().split()[:2])
    assert signatures.signer(text) == ""
    assert not signatures.verifies(b"x", text, public, SPACE)


def test_a_signature_cut_anywhere_is_none(key: Path) -> None:
    whole = signatures.sign(b"x", key, SPACE)
    lines = whole.splitlines()
    for count in range(1, len(lines) - 1):
        cut = "\n".join((*lines[:count], lines[-1]))
        assert not signatures.verifies(b"x", cut, signatures.signer(whole), SPACE)


@pytest.mark.parametrize(
    "held",
    ["", "ssh-ed25519", "cert-authority ssh-ed25519 AAAA", 'namespaces="x" ssh-ed25519 AAAA', "a b\nc d"],
)
def test_a_key_brings_no_options_of_its_own(held: str, key: Path) -> None:
    assert not signatures.verifies(b"x", signatures.sign(b"x", key, SPACE), held, SPACE)


def test_a_public_key_signs_by_its_secret_half_or_the_agent(
    key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    public = key.with_suffix(".pub")
    assert public.read_text().startswith(signatures.signer(signatures.sign(b"x", public, SPACE)))
    told = subprocess.run(["ssh-agent", "-s"], check=True, capture_output=True, text=True).stdout
    agent = dict(part.split("=", 1) for part in told.replace("\n", "").split(";") if "=" in part)
    monkeypatch.setenv("SSH_AUTH_SOCK", agent["SSH_AUTH_SOCK"])
    try:
        alone = tmp_path / "alone.pub"
        alone.write_bytes(public.read_bytes())
        with pytest.raises(UsageError):
            signatures.sign(b"x", alone, SPACE)
        subprocess.run(["ssh-add", "-q", str(key)], check=True)
        assert public.read_text().startswith(signatures.signer(signatures.sign(b"x", alone, SPACE)))
    finally:
        os.kill(int(agent["SSH_AGENT_PID"]), signal.SIGTERM)


def test_what_cannot_sign_says_why(key: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no key"):
        signatures.sign(b"x", tmp_path / "none", SPACE)
    (tmp_path / "odd").write_text("no key\n")
    (tmp_path / "odd").chmod(0o600)
    with pytest.raises(UsageError, match="name another with --key"):
        signatures.sign(b"x", tmp_path / "odd", SPACE)


def test_without_ssh_keygen_it_says_so(key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CouldNotRun, match="not installed"):
        signatures.sign(b"x", key, SPACE)
