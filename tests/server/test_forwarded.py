"""Whose word is believed of a client's address and scheme, in every form that proxies write."""

from __future__ import annotations

import ipaddress
from ipaddress import ip_network

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from adapters.server.forwarded import Proxies
from adapters.server.unreadable import UnreadableHeaderError
from tests.helpers.answers import assert_error
from tests.helpers.wire import HOST, send

PROXY, INNER, STRANGER = "10.9.8.7", "10.9.8.6", "203.0.113.200"
CLIENT = "203.0.113.9"
PROXIES = Proxies([ip_network("10.9.8.0/30"), ip_network("10.9.8.4/30")])
anything = st.text(st.characters(max_codepoint=255), max_size=30)


def believed(forwarded_for: str | None = None, *, peer: str = PROXY, **said: str):
    """The request as the routes see it."""
    request = RequestFactory().get("/", REMOTE_ADDR=peer)
    if forwarded_for is not None:
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded_for
    request.META |= {f"HTTP_X_FORWARDED_{name.upper()}": text for name, text in said.items()}
    _ = request.headers  # as somebody did who came before
    PROXIES.believe(request)
    return request


def client_of(forwarded_for: str | None = None, *, peer: str = PROXY) -> str:
    return believed(forwarded_for, peer=peer).META["REMOTE_ADDR"]


FORMS = {
    "203.0.113.9": CLIENT,
    "203.0.113.9:51234": CLIENT,
    '"203.0.113.9:51234"': CLIENT,
    " \t203.0.113.9 ": CLIENT,
    "203.0.113.9,": CLIENT,
    ", ,203.0.113.9 , ": CLIENT,
    "2001:db8::1": "2001:db8::1",
    "2001:DB8:0::1": "2001:db8::1",
    "[2001:db8::1]": "2001:db8::1",
    "[2001:db8::1]:51234": "2001:db8::1",
    '"[2001:db8::1]:51234"': "2001:db8::1",
    "::ffff:203.0.113.9": CLIENT,
    "[::ffff:203.0.113.9]:51234": CLIENT,
}


@pytest.mark.parametrize("text", FORMS)
def test_the_forms_that_proxies_write(text):
    assert client_of(text) == FORMS[text]
    assert client_of(f"192.0.2.1, {text}") == FORMS[text]
    assert client_of(f"{text}, {INNER}:4321, 10.9.8.5") == FORMS[text]


@pytest.mark.parametrize(
    "left", ["unknown", "garbage", "\xff\xfe", "127.0.0.1", PROXY, "", "_hidden", "x" * 60_000, '"']
)
def test_what_a_client_made_up_stands_left_of_its_address_and_does_not_matter(left):
    """Stock nginx: ``$proxy_add_x_forwarded_for`` adds to whatever it was sent."""
    assert client_of(f"{left}, {CLIENT}") == CLIENT
    assert client_of(f"{left}, {CLIENT}, {INNER}") == CLIENT


@pytest.mark.parametrize(
    "entry",
    [
        "unknown",
        "_hidden",
        "garbage",
        "\xff",
        "203.0.113.9:",
        "203.0.113.9:x",
        "203.0.113.9:123456",
        "203.0.113.256",
        "[203.0.113.9",
        "[2001:db8::1]51234",
        "2001:db8::1]",
        '"203.0.113.9',
        "203.0.113.9 198.51.100.1",
        "fe80::1%eth0",
        "localhost",
        "\xb2.0.0.1",
    ],
)
def test_what_a_trusted_proxy_wrote_and_nobody_can_read_is_refused(entry):
    """The proxy's own address would stand for every client of it."""
    for text in (entry, f"{CLIENT}, {entry}", f"{CLIENT}, {entry}, {INNER}"):
        with pytest.raises(UnreadableHeaderError, match="X-Forwarded-For"):
            client_of(text)


@pytest.mark.parametrize("text", ["", " ", ",", " , ,"])
def test_a_list_of_nobody_is_refused(text):
    with pytest.raises(UnreadableHeaderError):
        client_of(text)


def test_without_a_word_the_one_who_speaks_is_the_client():
    assert client_of(None) == PROXY
    assert client_of(None, peer=STRANGER) == STRANGER


def test_where_all_are_trusted_the_furthest_is_the_client():
    assert client_of(f"{INNER}, 10.9.8.5") == INNER


@pytest.mark.parametrize("peer", [PROXY, f"::ffff:{PROXY}"])
def test_the_proxy_is_known_on_a_socket_for_both_protocols_too(peer):
    assert client_of(f"{CLIENT}, {PROXY}", peer=peer) == CLIENT


@given(st.lists(anything | st.ip_addresses().map(str), max_size=6))
def test_an_address_is_one_that_was_sent_or_there_is_none(hops):
    try:
        found = client_of(",".join(hops))
    except UnreadableHeaderError:
        return
    assert ipaddress.ip_address(found)
    assert any(found in str(hop).lower() or "::ffff:" in hop.lower() for hop in hops)


@given(anything, anything, st.ip_addresses().map(str))
def test_a_stranger_s_word_is_dropped(forwarded_for, proto, stranger):
    if stranger.startswith("10.9.8."):
        return
    request = believed(forwarded_for, peer=stranger, proto=proto, host="evil.example")
    assert not [name for name in request.headers if name.startswith("X-Forwarded")]
    assert request.META["REMOTE_ADDR"] == stranger
    assert not [name for name in request.META if name.startswith("HTTP_X_FORWARDED")]


@pytest.mark.parametrize(
    ("proto", "secure"),
    [
        ("https", True),
        ("HTTPS", True),
        ("http", False),
        ("http, https", True),
        ("https,http", False),
        ("\xff, https", True),
        ("https, ", True),
    ],
)
def test_the_scheme_is_what_the_nearest_proxy_wrote(proto, secure):
    """Django would take the leftmost, which may be the client's own word."""
    assert believed(proto=proto).is_secure() is secure


@pytest.mark.parametrize("proto", ["", ",", "wss", "https x", "on", "\xff", "https, unknown", "ht"])
def test_a_scheme_that_cannot_be_read_is_plain_http(proto):
    assert not believed(proto=proto).is_secure()


@pytest.mark.parametrize("name", [b"x-forwarded-for"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", b"/api/v1/metrics"),
        ("POST", b"/api/v1/logout"),
        ("GET", b"/tokens/"),
        ("GET", b"/x"),
    ],
)
def test_the_refusal(db, method, path, name):
    for raw in (b"\xff", b"unknown", b""):
        answer = send(method, path, [HOST, (name, raw)], peer=PROXY)
        body = assert_error(answer, 400, "header_unreadable")
        assert name.decode() in body["detail"].lower()
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Request-ID"]
        assert send(method, path, [HOST, (name, raw)], peer=STRANGER).status_code != 400


def test_two_lines_are_one_list(db):
    """RFC 9110 section 5.3: in the order they came in."""
    lines = [(b"x-forwarded-for", b"\xff"), (b"x-forwarded-for", CLIENT.encode())]
    assert send("GET", b"/x", [HOST, *lines], peer=PROXY).status_code == 404
    assert_error(send("GET", b"/x", [HOST, *lines[::-1]], peer=PROXY), 400, "header_unreadable")
