"""Calls to vendors: where they may go, how long they take, what comes of every way to go wrong."""

from __future__ import annotations

import json
import random
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from tests.connectors.times import Clock
from tests.faulty_vendor import KINDS, Answer, Fault, Kind, Shelf, Vendor, elsewhere, said, serving

from lightship.actions.vendor import Refused, Retry, Unknown, VendorError
from lightship.connectors.credentials import Secret
from lightship.connectors.dialing import is_public
from lightship.connectors.http import Limits, Web
from lightship.connectors.reply import Missing, Reply, judge

CANARY = "canary/Zx81 secret+value"
QUICK = Limits(connect=1.0, read=0.2, step=60.0, tries=5)


def web(base: str, clock: Clock | None = None, limits: Limits = QUICK, **more: Any) -> Web:
    return Web(
        "shelf",
        (base,),
        clock or Clock(),
        random.Random(7),
        limits=limits,
        secrets=(Secret(CANARY),),
        **more,
    )


def _make(vendor: Vendor, asking: Web, mark: str = "a") -> Any:
    body = json.dumps({"mark": mark})
    headers = {"Authorization": f"Bearer {CANARY}"}
    return asking.ask("POST", f"{vendor.address}/things", headers, body, about="make a thing").data()


_OF_A_WRITE: dict[Kind, type[VendorError]] = {
    "429": Retry,
    "429-after": Retry,
    "500": Unknown,
    "502-html": Unknown,
    "timeout-before": Unknown,
    "timeout-after": Unknown,
    "reset": Unknown,
    "half-body": Unknown,
    "bad-json": Unknown,
    "not-ok": Refused,
    "slow-drip": Unknown,
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_write_is_tried_once_and_the_outcome_is_typed(kind: Kind) -> None:
    shelf, clock = Shelf(), Clock()
    limits = Limits(connect=1, read=0.2, step=0.4)
    with serving(shelf, {1: Fault(kind)}) as vendor:
        asking = web(vendor.address, clock, limits)
        with pytest.raises(_OF_A_WRITE[kind]) as caught:
            _make(vendor, asking)
        assert type(caught.value) is _OF_A_WRITE[kind]
        assert "shelf: make a thing" in str(caught.value)
        assert CANARY not in repr(caught.value) + str(caught.value.__dict__)
        assert (len(vendor.calls), clock.slept) == (1, [])
        assert isinstance(caught.value, Unknown) or not shelf.made
        if kind == "429-after":
            assert isinstance(caught.value, Retry) and caught.value.after == 1.0


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("not-ok", "bad-json", "slow-drip")])
def test_a_read_is_tried_again(kind: Kind) -> None:
    shelf, clock = Shelf(), Clock()
    with serving(shelf, {1: Fault(kind), 2: Fault(kind)}) as vendor:
        limits = Limits(connect=1, read=0.2, step=20.0)
        asking = web(vendor.address, clock, limits)
        found = asking.ask("GET", f"{vendor.address}/things").data()
        assert found == {"ok": True, "things": []}
        assert len(vendor.calls) == 3
        assert len(clock.slept) == 2


def test_a_read_is_given_up_after_five_tries() -> None:
    clock = Clock()
    with serving(Shelf(), {n: Fault("500") for n in range(1, 20)}) as vendor:
        with pytest.raises(Unknown, match="500"):
            web(vendor.address, clock).ask("GET", f"{vendor.address}/things")
        assert len(vendor.calls) == 5
    for number, wait in enumerate(clock.slept):
        assert 0 <= wait <= min(2**number, 60)


def test_the_wait_that_a_vendor_asks_for_is_obeyed_within_the_step() -> None:
    clock = Clock()
    with serving(Shelf(), {1: Fault("429-after", after="20"), 2: Fault("429-after", after="41")}) as vendor:
        with pytest.raises(Retry) as caught:
            web(vendor.address, clock).ask("GET", f"{vendor.address}/things")
        assert clock.slept == [20.0]
        assert caught.value.after == 41.0


@pytest.mark.parametrize(
    ("after", "seconds"),
    [
        ("7", 7.0),
        ("Wed, 25 Nov 2026 12:00:30 GMT", 30.0),
        ("Wed, 25 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("99999999999999999999", 86_400.0),
    ],
)
def test_how_long_to_wait_is_read_from_seconds_or_a_date(after: str, seconds: float | None) -> None:
    noon = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
    for now, headers in (
        (noon, {"retry-after": after}),
        # The vendor's clock is believed, also where ours is wrong.
        (noon + timedelta(hours=5), {"retry-after": after, "date": "Wed, 25 Nov 2026 12:00:00 GMT"}),
    ):
        with pytest.raises(Retry) as caught:
            judge(Reply("x", 429, headers, b""), now)
        assert caught.value.after == seconds


def test_a_drip_of_bytes_does_not_outlast_the_step() -> None:
    limits = Limits(connect=1, read=0.2, step=0.3, tries=2)
    began = time.monotonic()
    with serving(Shelf(), {1: Fault("slow-drip"), 2: Fault("slow-drip")}) as vendor, pytest.raises(Unknown):
        web(vendor.address, limits=limits).ask("GET", f"{vendor.address}/things")
    assert time.monotonic() - began < 3


def test_who_cannot_be_reached_has_done_nothing() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(Retry, match="cannot be reached"):
            web(base).ask("POST", f"{base}/things", body=b"{}")


def test_a_host_that_does_not_prove_who_it_is_is_not_talked_to(tmp_path: Path) -> None:
    """Nor is one that is listed as private, or whose certificate is another name's."""
    with encrypted(tmp_path, "api.example.com") as (port, asked):
        for host in ("localhost", "api.example.com", "other.example.com"):
            base = f"https://{host}:{port}"
            asking = web(base, resolve=lambda _host, _port: ("127.0.0.1",), private=frozenset({host}))
            with pytest.raises(Refused, match="does not prove who it is"):
                asking.ask("POST", f"{base}/things", {"Authorization": CANARY}, b"{}")
        assert asked == []


def test_a_host_that_speaks_no_tls_has_done_nothing() -> None:
    with serving(Shelf()) as vendor:
        base = vendor.address.replace("http:", "https:")
        with pytest.raises(Retry, match="cannot be reached"):
            web(base).ask("POST", f"{base}/things", body=b"{}")
        assert vendor.calls == []


@contextmanager
def encrypted(folder: Path, name: str) -> Iterator[tuple[int, list[str]]]:
    """A server whose certificate nobody vouches for: its port, and what was asked of it."""
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(named, named, key.public_key(), 1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    held = folder / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    held.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """Clients that hang up are what is tested here."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(held)
    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_port, asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com@evil.example/x",
        "https://user:pw@api.example.com/x",
        "https://api.example.com.evil.example/x",
        "https://api.example.com:444/x",
        "http://api.example.com/x",
        "https://evil.example/x#https://api.example.com",
        "https://api.example.com\\@evil.example/x",
        "https://api.example.com\n.evil.example/x",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/x",
        "https://[broken/x",
        "https://api.example.com:port/x",
        "https://аpi.example.com/x",
        "file:///etc/passwd",
        "//api.example.com/x",
        "",
    ],
)
def test_no_other_host_is_asked(url: str) -> None:
    looked: list[str] = []

    def resolve(host: str, port: int) -> Sequence[str]:
        looked.append(host)
        return ("93.184.216.34",)

    with pytest.raises(Refused):
        web("https://api.example.com", resolve=resolve).ask("GET", url)
    assert looked == []


@pytest.mark.parametrize(
    "base", ["http://api.example.com", "http://10.0.0.1", "https://u@api.example.com", "ftp://x"]
)
def test_a_base_has_to_be_encrypted_unless_it_is_on_loopback(base: str) -> None:
    with pytest.raises(Refused):
        web(base)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
    ],
)
def test_a_name_that_leads_to_a_private_address_is_not_followed(address: str) -> None:
    assert not is_public(address)
    base = "https://api.example.com"
    for addresses in ((address,), ("93.184.216.34", address)):
        with pytest.raises(Refused, match="private address"):
            web(base, resolve=lambda _host, _port, found=addresses: found).ask("GET", f"{base}/x")


def test_a_private_address_is_followed_where_it_is_listed() -> None:
    with serving(Shelf()) as vendor:
        port = vendor.host.partition(":")[2]
        base = f"http://localhost:{port}"
        asking = web(base, resolve=lambda _host, _port: ("127.0.0.1",))
        assert asking.ask("GET", f"{base}/things").status == 200
        inside = web(
            f"https://argocd.example.com:{port}",
            resolve=lambda _host, _port: ("127.0.0.1",),
            private=frozenset({"argocd.example.com"}),
        )
        with pytest.raises(VendorError) as caught:
            inside.ask("GET", f"https://argocd.example.com:{port}/x")
        assert "private address" not in str(caught.value)


def test_the_address_that_was_judged_is_the_one_that_is_connected_to() -> None:
    answers = iter([("93.184.216.34",), ("127.0.0.1",)])
    looked = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        looked.append(host)
        return next(answers)

    base = "https://api.example.com"
    with pytest.raises(Exception, match=r"93\.184\.216\.34|reached"):
        web(base, resolve=rebinding, limits=Limits(connect=0.2, tries=1)).ask("GET", f"{base}/x")
    assert looked == ["api.example.com"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    with serving(Shelf()) as other:
        moved = Answer(status, b"", {"Location": f"{other.address}/things"})
        with serving(lambda *_: moved) as vendor:
            for method in ("GET", "POST"):
                with pytest.raises(Refused, match="no redirect"):
                    web(vendor.address).ask(method, f"{vendor.address}/x", {"Authorization": CANARY})
        assert other.calls == []


def test_neither_proxy_nor_netrc_nor_cookies_of_others_are_used(
    monkeypatch: pytest.MonkeyPatch, home: Any
) -> None:
    with serving(Shelf()) as proxy:

        def behind(*_: object) -> Answer:
            return Answer(200, b"{}", {"Set-Cookie": "a=b; Path=/"})

        with serving(behind) as vendor:
            for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
                monkeypatch.setenv(name, proxy.address)
            monkeypatch.delenv("no_proxy", raising=False)
            monkeypatch.delenv("NO_PROXY", raising=False)
            (home / ".netrc").write_text("machine 127.0.0.1 login somebody password else\n")
            asking = web(vendor.address)
            asking.ask("GET", f"{vendor.address}/x")
            asking.ask("GET", f"{vendor.address}/x")
        assert proxy.calls == []
        for call in vendor.calls:
            assert not {"Cookie", "Authorization"} & set(call.headers)


@pytest.mark.parametrize(
    ("status", "body", "error", "words"),
    [
        (404, b"", Missing, "not there"),
        (410, b"{}", Missing, "not there"),
        (403, b'{"message": "Must be an owner"}', Refused, "403 Must be an owner"),
        (422, b"<html>no</html>", Refused, "422"),
        (400, json.dumps({"error": f"bad token {CANARY}"}).encode(), Refused, r"bad token \*\*\*"),
        (501, b"", Unknown, "501"),
        (529, b"", Retry, "529"),
        (420, b"", Retry, "420"),
    ],
)
def test_what_a_vendor_refuses_is_said_in_its_words(
    status: int, body: bytes, error: type[VendorError], words: str
) -> None:
    with serving(lambda *_: Answer(status, body)) as vendor, pytest.raises(error, match=words) as caught:
        web(vendor.address).ask("POST", f"{vendor.address}/x", body=b"{}")
    assert CANARY not in str(caught.value)


def test_a_message_is_one_line_of_what_can_be_printed() -> None:
    nasty = json.dumps({"message": "no\n::add-mask::x\x1b[31m‮ red"}).encode()
    with serving(lambda *_: Answer(400, nasty)) as vendor, pytest.raises(Refused) as caught:
        web(vendor.address).ask("POST", f"{vendor.address}/x", body=b"{}")
    assert str(caught.value).isprintable()


def test_an_answer_that_is_too_long_is_not_read() -> None:
    with serving(lambda *_: Answer(200, b" " * 9_000_000)) as vendor, pytest.raises(Unknown, match="8 MB"):
        web(vendor.address).ask("POST", f"{vendor.address}/x", body=b"{}")


def test_an_empty_answer_has_no_data_and_a_deep_one_is_unknown() -> None:
    assert Reply("x", 204, {}, b"").data() is None
    with pytest.raises(Unknown, match="no JSON"):
        Reply("x", 200, {}, b"[" * 100_000).data()
    with pytest.raises(Refused, match="name_taken"):
        Reply("x", 200, {}, b'{"ok": false, "error": "name_taken"}').data()


def test_a_step_whose_time_is_over_asks_nothing() -> None:
    clock = Clock()
    with serving(Shelf()) as vendor:
        asking = web(vendor.address, clock)
        clock.sleep(61)
        with pytest.raises(Retry, match="time is over"):
            asking.ask("POST", f"{vendor.address}/things", body=b"{}")
        assert vendor.calls == []
        asking.begin()
        assert asking.ask("POST", f"{vendor.address}/things", body=b"{}").status == 201


def test_one_call_more_behind_a_front_is_still_one_effect() -> None:
    shelf = Shelf()
    with serving(shelf) as real, serving(elsewhere(real.address)) as front:
        assert _make(front, web(front.address)) == {"ok": True, "thing": {"mark": "a", "id": "thing-1"}}
    assert shelf.made == ["a"]
    assert said({}).status == 200
