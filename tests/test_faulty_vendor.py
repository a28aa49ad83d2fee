"""The faulty vendor does go wrong as it says, and counts what really happened."""

from __future__ import annotations

import http.client
import json
from email.utils import parsedate_to_datetime

import pytest
from tests.faulty_vendor import KINDS, Fault, Kind, Shelf, Vendor, elsewhere, serving


def _post(vendor: Vendor, mark: str = "a", patience: float = 0.3) -> tuple[int, bytes, dict[str, str]]:
    connection = http.client.HTTPConnection(vendor.host, timeout=patience)
    try:
        connection.request("POST", "/things", json.dumps({"mark": mark}))
        answer = connection.getresponse()
        return answer.status, answer.read(), dict(answer.getheaders())
    finally:
        connection.close()


_RAISED: dict[Kind, type[Exception]] = {
    "timeout-before": TimeoutError,
    "timeout-after": TimeoutError,
    "reset": ConnectionResetError,
    "half-body": http.client.IncompleteRead,
}
_SAID: dict[Kind, tuple[int, bytes]] = {
    "429": (429, b"slow down"),
    "429-after": (429, b"slow down"),
    "500": (500, b"something broke"),
    "502-html": (502, b"<html>"),
    "bad-json": (200, b'{"id": "th'),
    "not-ok": (200, b'"ok": false'),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("effect", [None, True, False])
def test_the_first_call_goes_wrong_and_the_second_does_not(kind: Kind, effect: bool | None) -> None:
    shelf = Shelf()
    fault = Fault(kind, effect)
    with serving(shelf, {1: fault}) as vendor:
        if kind in _RAISED:
            with pytest.raises(_RAISED[kind]):
                _post(vendor)
        elif kind == "slow-drip":
            connection = http.client.HTTPConnection(vendor.host, timeout=0.3)
            connection.request("POST", "/things", '{"mark": "a"}')
            answer = connection.getresponse()
            got = [answer.read(1) for _ in range(10)]
            assert all(got), "each byte comes in time"
            connection.close()
        else:
            status, body, headers = _post(vendor)
            assert (status, _SAID[kind][1] in body) == (_SAID[kind][0], True)
            assert ("Retry-After" in headers) == (kind == "429-after")
        assert len(shelf.made) == int(fault.is_effective)
        assert vendor.met == (kind,)
        assert _post(vendor, "b")[0] == 201
        assert shelf.made[-1] == "b"


def test_only_writes_are_counted_where_asked() -> None:
    shelf = Shelf()
    with serving(shelf, {2: Fault("500")}, only_writes=True) as vendor:
        connection = http.client.HTTPConnection(vendor.host, timeout=1)
        for method, status in (("GET", 200), ("POST", 201), ("GET", 200), ("POST", 500), ("POST", 201)):
            connection.request(method, "/things", b"{}")
            answer = connection.getresponse()
            answer.read()
            assert answer.status == status
        assert len(shelf.made) == 3
        connection.close()


def test_it_fronts_another_server() -> None:
    shelf = Shelf()
    date = "Wed, 25 Nov 2026 12:00:00 GMT"
    assert parsedate_to_datetime(date).year == 2026
    with (
        serving(shelf) as real,
        serving(elsewhere(real.address), {1: Fault("429-after", after=date)}) as front,
    ):
        assert _post(front)[2]["Retry-After"] == date
        assert _post(front)[0] == 201
        assert [call.reached for call in front.calls] == [False, True]
    assert shelf.made == ["a"]
