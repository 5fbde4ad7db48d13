import gzip
import hashlib
import io
import socket
from collections.abc import Generator
from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from stocke.core.outbound import (
    AddressRefused,
    BadAnswer,
    FetchLimits,
    OutboundError,
    TimeLimit,
    TooMuch,
    Unreachable,
    check_url,
    connected,
    download,
    exchange,
    post,
)
from stocke.core.outbound.addresses import is_public
from tests.fakes.web import FakeWeb, running_web

LIMITS = FetchLimits(max_bytes=1_000_000, seconds=5, idle_seconds=2)
FEED = b"sku;qty\nA-1;4\n" * 1000


@pytest.fixture
def web() -> Generator[FakeWeb]:
    with running_web() as started:
        yield started


@pytest.fixture
def open_door(settings: Settings) -> None:
    """The operator allows `localhost` by name, and nothing else."""
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]


def refused(url: str, limits: FetchLimits = LIMITS) -> tuple[type, str]:
    with pytest.raises(OutboundError) as caught:
        download(url, io.BytesIO(), limits=limits)
    return type(caught.value), caught.value.code


def test_a_file_is_written_with_its_name_size_and_hash(web: FakeWeb, open_door: None) -> None:
    url = web.put("/export/stock%20jour.csv?key=1", FEED, Content_Type="text/csv; charset=utf-8")
    into, seen = io.BytesIO(), []

    fetched = download(url, into, limits=LIMITS, progress=lambda done, total: seen.append((done, total)))

    assert into.getvalue() == FEED
    assert (fetched.file_name, fetched.content_type, fetched.size) == (
        "stock jour.csv",
        "text/csv",
        len(FEED),
    )
    assert fetched.sha256 == hashlib.sha256(FEED).hexdigest()
    assert seen[-1] == (len(FEED), len(FEED))


def test_a_name_from_the_server_is_never_a_path(web: FakeWeb, open_door: None) -> None:
    url = web.put("/x", FEED, Content_Disposition='attachment; filename="../../etc/stock.csv"')

    assert download(url, io.BytesIO(), limits=LIMITS).file_name == "stock.csv"


def test_a_gzipped_answer_is_unpacked(web: FakeWeb, open_door: None) -> None:
    into = io.BytesIO()

    download(web.gzipped("/x", FEED), into, limits=LIMITS)

    assert into.getvalue() == FEED


def test_a_private_address_is_refused_before_anything_is_asked(web: FakeWeb) -> None:
    url = web.put("/x", FEED)

    assert refused(url) == (AddressRefused, "private")
    assert web.asked == []


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1", "2130706433", "0x7f000001", "0.0.0.0", "0"),
        *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
    ],
)
def test_other_spellings_of_home_are_refused(web: FakeWeb, open_door: None, host: str) -> None:
    assert refused(web.url("/x", host)) == (AddressRefused, "private")
    assert web.asked == []


@pytest.mark.parametrize("host", ["0177.0.0.1", "①②⑦.0.0.1"])
def test_spellings_that_no_honest_address_has_are_no_host(web: FakeWeb, open_door: None, host: str) -> None:
    assert refused(web.url("/x", host)) == (AddressRefused, "host")
    assert web.asked == []


@pytest.mark.parametrize("host", ["0177.0.0.1", "①②⑦.0.0.1", "0x7f.1", "::ffff:127.0.0.1"])
def test_no_line_goes_home_however_it_is_spelled(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setattr(socket, "create_connection", pytest.fail)

    with pytest.raises(AddressRefused) as caught, TimeLimit(LIMITS) as limit:
        connected(host, 21, limit)

    assert caught.value.code == "private"


def test_a_redirect_into_the_private_network_is_refused(web: FakeWeb, open_door: None) -> None:
    web.put("/secret", b"secret")
    start = web.redirect("/x", web.url("/secret", "127.0.0.1"))

    assert refused(start) == (AddressRefused, "private")
    assert web.asked == ["/x"]


@pytest.mark.parametrize(
    "target",
    [
        *(
            "file:///etc/passwd",
            "ftp://localhost/x",
            "gopher://localhost:25/_x",
            "data:,x",
            "mailto:a@x.example",
        ),
        *("http://[::1/x", "http://user:word@localhost/x"),
    ],
)
def test_a_redirect_to_what_is_no_address_of_the_web_is_refused(
    web: FakeWeb, open_door: None, target: str
) -> None:
    assert refused(web.redirect("/x", target)) == (AddressRefused, "astray")
    assert web.asked == ["/x"]


@pytest.mark.parametrize("target", ["data:,x", "http://[::1/x", "/elsewhere"])
def test_whoever_hands_something_over_is_told_of_a_redirect_wherever_it_leads(
    web: FakeWeb, open_door: None, target: str
) -> None:
    url = web.redirect("/x", target)

    assert post(url, b"x", headers={}).status == exchange("POST", url, b"x", headers={}).status == 302
    assert web.asked == ["/x", "/x"]


def test_redirects_are_followed_a_few_times_only(web: FakeWeb, open_door: None) -> None:
    web.put("/end", FEED)
    web.redirect("/once", "/end")
    web.redirect("/round", "/round")

    assert download(web.url("/once"), io.BytesIO(), limits=LIMITS).url == web.url("/end")
    assert refused(web.url("/round")) == (TooMuch, "redirects")
    assert web.asked.count("/round") == LIMITS.redirects + 1


def test_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve(monkeypatch, ["8.8.8.8", "10.0.0.7"])

    assert refused("http://feeds.example/x") == (AddressRefused, "private")


def test_the_connection_goes_to_the_address_that_was_checked(
    web: FakeWeb, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["feeds.example"]
    web.put("/x", FEED)
    asked = resolve(monkeypatch, ["127.0.0.1"])

    download(web.url("/x", "feeds.example"), io.BytesIO(), limits=LIMITS)

    assert asked == ["feeds.example", "127.0.0.1"]
    assert web.headers[0]["Host"] == f"feeds.example:{web.port}"


@pytest.mark.parametrize("visit", ["by HTTP", "by a line"])
def test_a_name_that_turns_inwards_between_check_and_connection_is_not_followed(
    monkeypatch: pytest.MonkeyPatch, visit: str
) -> None:
    asked = resolve(monkeypatch, ["8.8.8.8"], later=["127.0.0.1"])
    tried: list[str] = []

    def refuse(address: tuple[str, int], *arguments: Any, **options: Any) -> None:
        tried.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)

    with pytest.raises(Unreachable), TimeLimit(LIMITS) as limit:
        if visit == "by HTTP":
            download("http://feeds.example/x", io.BytesIO(), limits=LIMITS)
        connected("feeds.example", 21, limit)

    assert (asked, tried) == (["feeds.example"], ["8.8.8.8"])


def resolve(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str], *, later: list[str] | None = None
) -> list[str]:
    """Names lead to `addresses`, from the second time `later`; what is already an address stays. What was asked."""
    real, asked = socket.getaddrinfo, []

    def fake(host: str, port: int, *arguments: Any, **options: Any) -> list[Any]:
        known = later if later and host in asked else addresses
        asked.append(host)
        found = known if host.endswith(".example") else [host]
        return [entry for address in found for entry in real(address, port, *arguments, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", fake)
    return asked


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://feeds.example/x", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("stock.csv", "scheme"),
        ("http://", "host"),
        ("http://user:word@feeds.example/x", "credentials"),
        ("http://[::1/x", "host"),
        ("http://xn--/x", "host"),
    ],
)
def test_an_address_must_be_plain_http_to_a_host(url: str, code: str) -> None:
    with pytest.raises(AddressRefused) as caught:
        check_url(url)

    assert caught.value.code == code


def test_an_unknown_host_may_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*arguments: Any, **options: Any) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nothing)

    with pytest.raises(Unreachable) as caught:
        download("http://feeds.example/x", io.BytesIO(), limits=LIMITS)
    assert (caught.value.code, caught.value.retry) == ("unknown_host", True)


@pytest.mark.parametrize(
    ("status", "retry"), [(404, False), (401, False), (204, False), (429, True), (500, True), (503, True)]
)
def test_a_failure_says_whether_to_try_again(web: FakeWeb, open_door: None, status: int, retry: bool) -> None:
    url = web.put("/x", b"", status=status)

    with pytest.raises(BadAnswer) as caught:
        download(url, io.BytesIO(), limits=LIMITS)
    assert (caught.value.facts, caught.value.retry) == ({"status": status}, retry)


def test_a_file_that_announces_too_much_is_not_read(web: FakeWeb, open_door: None) -> None:
    into = io.BytesIO()
    url = web.put("/x", b"", Content_Length="2000000000")

    with pytest.raises(TooMuch):
        download(url, into, limits=LIMITS)
    assert into.getvalue() == b""


def test_a_file_that_announces_nothing_is_stopped_at_the_bound(web: FakeWeb, open_door: None) -> None:
    into = io.BytesIO()
    url = web.drip("/x", b"x" * 400_000, pause=0)

    with pytest.raises(TooMuch):
        download(url, into, limits=LIMITS)
    assert len(into.getvalue()) <= LIMITS.max_bytes


def test_a_compression_bomb_is_stopped_at_the_bound(web: FakeWeb, open_door: None) -> None:
    into = io.BytesIO()
    url = web.gzipped("/x", b"\0" * 50_000_000)

    with pytest.raises(TooMuch):
        download(url, into, limits=LIMITS)
    assert len(into.getvalue()) <= LIMITS.max_bytes


def test_a_compression_we_did_not_ask_for_is_refused(web: FakeWeb, open_door: None) -> None:
    assert refused(web.put("/x", FEED, Content_Encoding="br")) == (TooMuch, "encoding")


def test_half_a_gzip_is_not_a_file(web: FakeWeb, open_door: None) -> None:
    web.gzipped("/x", FEED)
    half = gzip.compress(FEED)[:40]

    assert refused(web.put("/x", half, Content_Encoding="gzip")) == (Unreachable, "cut")


def test_a_connection_cut_in_mid_file_is_not_a_file(web: FakeWeb, open_door: None) -> None:
    assert refused(web.cut("/x", FEED, promised=len(FEED) * 2)) == (Unreachable, "cut")


def test_a_server_that_drips_is_left_in_time(web: FakeWeb, open_door: None) -> None:
    url = web.drip("/x", b"x", pause=0.05)
    limits = FetchLimits(max_bytes=1000, seconds=0.5, idle_seconds=2)

    assert refused(url, limits) == (Unreachable, "slow")


def test_nobody_listening_is_unreachable(open_door: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    assert refused(f"http://localhost:{port}/x") == (Unreachable, "connect")


@given(st.ip_addresses(v=4, network="10.0.0.0/8"))
def test_no_ipv6_clothing_makes_a_private_address_public(inner: Any) -> None:
    dressed = [f"::ffff:{inner}", f"64:ff9b::{inner}", str(ip_address((0x2002 << 112) | int(inner) << 80))]

    assert [address for address in dressed if is_public(ip_address(address))] == []


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.168.1.1"),
        *("192.0.0.8", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "::7f00:1", "::ffff:169.254.169.254", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "fc00::1"),
        *("fe80::1", "fec0::1", "ff02::1", "2001:db8::1", "2002:a00:1::", "2001:0:7f00:1::f5ff:fffe"),
    ],
)
def test_what_is_not_reachable_from_everywhere_is_private(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::"]
)
def test_a_public_address_is_one_in_ipv6_clothing_too(address: str) -> None:
    """Where there is no IPv4, every server that has no IPv6 is reached by such an address."""
    assert is_public(ip_address(address))
