"""What an approval is bound to: every byte, the place, and the repository."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from lightship.actions.digest import digest

PATH = "actions/requests/req-1.yaml"


def test_it_is_what_the_design_says() -> None:
    raw = b"lightship-request-v1\0" + b"42\0" + PATH.encode() + b"\0" + b"reason: x\n"
    assert digest("42", PATH, b"reason: x\n") == hashlib.sha256(raw).hexdigest()


@given(st.binary(max_size=20), st.integers(0, 19), st.integers(1, 255))
def test_a3_any_other_byte_is_another_request(data: bytes, at: int, flip: int) -> None:
    whole = data.ljust(20, b"-")
    edited = whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :]
    assert digest("42", PATH, whole) != digest("42", PATH, edited)
    assert digest("42", PATH, whole) != digest("42", PATH, whole[:at] + whole[at + 1 :])


def test_r1_another_place_or_repository_is_another_request() -> None:
    here = digest("42", PATH, b"x")
    assert (
        len({here, digest("43", PATH, b"x"), digest("42", PATH + "l", b"x"), digest("4", "2" + PATH, b"x")})
        == 4
    )
