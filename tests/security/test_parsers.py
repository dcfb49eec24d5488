"""Every parser of ours, fed with anything: it answers, or it says no; it never breaks."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import RequestFactory
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.jwt.keys import key_ring, parse_previous
from adapters.prometheus.accept import accepts_gzip, prefers_openmetrics
from api.bearer import bearer_token
from api.keys import UnreadableBodyError, body_keys
from config import values
from domain.durations import duration
from domain.tokens.rejection import TokenRejectedError
from tests.keys import ACTIVE_PEM

PARSERS = (
    values.networks,
    values.origins,
    values.trusted_origins,
    values.boolean,
    values.log_level,
    duration,
)
anything = st.text(max_size=300)
header_like = st.text(alphabet=st.sampled_from(list('abq=;,/*+.-0159 \t"\\\x00é')), max_size=200)


def fault(parse, text: str) -> str:
    """What the parser says of it; "write" when it is content."""
    try:
        parse(text)
    except ValueError as exc:
        return str(exc)
    return "write"


@given(header_like | anything)
@example("application/openmetrics-text;version=1.0.0;q=nan")
@example("*/*;q=1e400")
@example(",;=,;q,q=;;;")
def test_accept_headers(header):
    assert prefers_openmetrics(header) in {True, False}
    assert accepts_gzip(header) in {True, False}


@given(anything)
def test_an_accept_header_counts_for_nothing_where_it_cannot_be_read(noise):
    clean = noise.replace(",", "").replace("/", "")  # no media range is without a slash
    assert prefers_openmetrics(
        f"{clean},application/openmetrics-text;version=1.0.0,text/plain;q=0.1"
    )


@given(st.integers(min_value=1, max_value=10**9 - 1), st.sampled_from("smhd"))
def test_durations_are_read_or_refused(number, unit):
    size = {"s": 1, "m": 60, "h": 3600, "d": 86_400}[unit]
    try:
        assert duration(f"{number}{unit}") == timedelta(seconds=number * size)
    except ValueError:
        assert number * size > 3650 * 86_400


@pytest.mark.parametrize(
    "text", ["", "0s", "-1s", "1", "1w", "1.5h", "१s", "1 s", "1s1s", "9e9d", "1S"]
)
def test_no_other_duration_is_read(text):
    with pytest.raises(ValueError, match="write a"):
        duration(text)


@given(anything, st.sampled_from(PARSERS))
@example("10.0.0.0/99", values.networks)
@example("http://[::1", values.origins)
@example("https://host:99999", values.origins)
def test_variables_are_read_or_refused_in_words(text, parse):
    assert fault(parse, text).startswith("write")


@given(anything | st.text(alphabet="-BEGINDPUBLICKEY \n\\nkid:", max_size=300))
@example("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----")
@example(ACTIVE_PEM)
@example("kid: x\n-----BEGIN A-----\n-----END A-----")
def test_keys_are_read_or_refused_without_being_shown(text):
    for parse in (parse_previous, key_ring):
        said = fault(parse, text)
        assert not [line for line in text.split() if len(line) > 20 and line in said]


@given(anything)
def test_a_bearer_header_is_a_token_or_refused(text):
    try:
        token = bearer_token(text)
    except TokenRejectedError:
        assert text
        return
    assert text.lower().startswith("bearer ") if token else text == ""
    assert (token or "") in text


PIECES = re.findall(
    rb"\S+",
    b"""--x -- : ; = & " * %00 { } [ "a": company_id utf-8'' =?utf-8?q?x?= 1e999 a name
    Content-Disposition:form-data;name Content-Type:multipart/mixed""",
)
PIECES += [b"\r\n", b"\n", b"\r\n\r\n", b"\x00", b"\xff"]
TYPES = ["application/json", "application/x-www-form-urlencoded", "multipart/a; boundary=x", "a/b"]


@given(st.lists(st.sampled_from(PIECES)).map(b"".join) | st.binary(), st.sampled_from(TYPES))
@example(b"--x\r\nContent-Disposition: form-data; name*=\x00''a\r\n\r\n\r\n--x--", TYPES[2])
def test_the_keys_of_a_body_are_told_or_it_is_unreadable(body, content_type):
    request = RequestFactory().generic("GET", "/", body, content_type)
    try:
        keys = list(body_keys(request))
    except UnreadableBodyError:
        assert body
        return
    assert all(isinstance(key, str) for key in keys)
