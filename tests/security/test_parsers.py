"""Every parser of ours, fed with anything: it answers, or it says no; it never breaks."""

from __future__ import annotations

import ipaddress
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import RequestFactory
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from adapters.jwt.codec import RsaTokenCodec
from adapters.jwt.keys import KeyFaultError, key_ring, parse_previous
from adapters.orm.repositories.rate_limit import OrmSignInLimiter
from adapters.prometheus.accept import accepts_gzip, prefers_openmetrics
from api.bearer import bearer_token
from api.middleware import TrustedProxyMiddleware
from config import values
from domain.tokens.claims import parse_access_claims, parse_refresh_claims
from domain.tokens.rejection import TokenRejectedError
from tests.keys import ACTIVE_KEY, ACTIVE_PEM
from tests.security.claims import forge
from tests.security.forge import b64
from tests.service import NOON

FORGE = forge(
    key=ACTIVE_KEY,
    issuer=settings.ENVIRONMENT.jwt_issuer,
    audience=settings.ENVIRONMENT.jwt_audience,
    now=NOON,
)
CODEC = RsaTokenCodec(settings.ENVIRONMENT.key_ring, issuer=FORGE.issuer, audience=FORGE.audience)
anything = st.text(max_size=300)
header_like = st.text(alphabet=st.sampled_from(list('abq=;,/*+.-0159 \t"\\\x00é')), max_size=200)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
json_values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)
within_a_test = hypothesis(suppress_health_check=list(HealthCheck))


@given(header_like | anything)
@example("application/openmetrics-text;version=1.0.0;q=nan")
@example("*/*;q=1e400")
@example(",;=,;q,q=;;;")
def test_accept_headers(header):
    assert prefers_openmetrics(header) in {True, False}
    assert accepts_gzip(header) in {True, False}


@given(anything)
def test_an_accept_header_counts_for_nothing_where_it_cannot_be_read(noise):
    clean = noise.replace(",", "").replace("openmetrics", "")
    assert prefers_openmetrics(
        f"{clean},application/openmetrics-text;version=1.0.0,text/plain;q=0.1"
    )


@given(st.integers(min_value=1, max_value=10**9 - 1), st.sampled_from("smhd"))
def test_durations_are_read_or_refused(number, unit):
    size = {"s": 1, "m": 60, "h": 3600, "d": 86_400}[unit]
    try:
        assert values.duration(f"{number}{unit}") == timedelta(seconds=number * size)
    except ValueError:
        assert number * size > 3650 * 86_400


@pytest.mark.parametrize(
    "text", ["", "0s", "-1s", "1", "1w", "1.5h", "१s", "1 s", "1s1s", "9e9d", "1S"]
)
def test_no_other_duration_is_read(text):
    with pytest.raises(ValueError, match="write a"):
        values.duration(text)


@given(
    anything,
    st.sampled_from(
        [
            values.networks,
            values.origins,
            values.trusted_origins,
            values.boolean,
            values.log_level,
            values.redis_url,
            values.duration,
        ]
    ),
)
@example("10.0.0.0/99", values.networks)
@example("http://[::1", values.origins)
@example("https://host:99999", values.origins)
def test_variables_are_read_or_refused_in_words(text, parse):
    try:
        parse(text)
    except ValueError as exc:
        assert str(exc).startswith("write")


@given(anything | st.text(alphabet="-BEGINDPUBLICKEY \n\\nkid:", max_size=300))
@example("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----")
@example(ACTIVE_PEM)
@example("kid: x\n-----BEGIN A-----\n-----END A-----")
def test_keys_are_read_or_refused_without_being_shown(text):
    for parse in (parse_previous, key_ring):
        try:
            parse(text)
        except KeyFaultError as exc:
            assert not [line for line in text.split() if len(line) > 20 and line in str(exc)]


@given(anything)
def test_a_bearer_header_is_a_token_or_none(text):
    token = bearer_token(text)
    assert token is None or (token in text and text.lower().startswith("bearer "))


@given(st.lists(anything | st.ip_addresses().map(str), max_size=6))
def test_a_forwarded_address_is_an_address(hops):
    """From the trusted proxy the address becomes one of those sent, or stays the proxy's."""
    seen = []
    proxy = TrustedProxyMiddleware(lambda request: seen.append(request.META["REMOTE_ADDR"]))
    request = RequestFactory().get("/", REMOTE_ADDR="10.9.8.7")
    request.META["HTTP_X_FORWARDED_FOR"] = ",".join(hops)
    proxy(request)
    assert ipaddress.ip_address(seen[0])
    assert seen[0] == "10.9.8.7" or seen[0] in ",".join(hops)


@given(anything, st.ip_addresses().map(str))
def test_a_stranger_s_word_is_dropped(forwarded, stranger):
    seen = []
    proxy = TrustedProxyMiddleware(lambda request: seen.append(dict(request.META)))
    request = RequestFactory().get("/", REMOTE_ADDR=stranger)
    request.META |= {"HTTP_X_FORWARDED_FOR": forwarded, "HTTP_X_FORWARDED_PROTO": "https"}
    proxy(request)
    if stranger != "10.9.8.7":
        assert seen[0]["REMOTE_ADDR"] == stranger
        assert not [name for name in seen[0] if name.startswith("HTTP_X_FORWARDED")]


@given(st.ip_addresses(v=6), st.integers(min_value=0, max_value=2**64 - 1))
def test_the_addresses_of_one_network_are_one_client(address, host):
    limits = OrmSignInLimiter()._limits
    neighbour = ipaddress.IPv6Address((int(address) >> 64 << 64) | host)
    if not (address.ipv4_mapped or neighbour.ipv4_mapped):
        assert limits("a", str(address)) == limits("a", str(neighbour))
    assert limits("a", str(address)) != limits("b", str(address))


claim_names = st.sampled_from([*FORGE.access, *FORGE.pat, "nbf", "company_id"])


@given(
    st.sampled_from(["access", "pat", "refresh"]),
    st.dictionaries(claim_names, json_values, max_size=3),
)
def test_any_claims_are_read_or_rejected(kind, changed):
    payload = {**getattr(FORGE, kind), **changed}
    for parse in (parse_access_claims, parse_refresh_claims):
        try:
            claims = parse(payload, now=NOON)
        except TokenRejectedError:
            continue
        assert claims.expires_at > NOON
        assert claims.user_id == int(payload["sub"]) == int(payload["user_id"]) > 0


@given(st.binary(max_size=300), json_values)
def test_any_payload_under_our_own_signature_is_read_or_rejected(raw, value):
    header = FORGE.header
    for payload in (raw, json.dumps(value).encode("utf-8", "surrogatepass")):
        try:
            parse_access_claims(CODEC.verify(FORGE.signed(header, payload)), now=NOON)
        except TokenRejectedError:
            continue
        raise AssertionError("a random payload was taken for a token")


GOOD = FORGE.mine(FORGE.access)


@given(st.data())
def test_no_change_of_a_good_token_is_good(data):
    place = data.draw(st.integers(min_value=0, max_value=len(GOOD) - 1))
    length = data.draw(st.integers(min_value=0, max_value=4))
    put = data.draw(
        st.text(alphabet=st.characters(max_codepoint=255), max_size=4)
        | st.binary(max_size=6).map(b64)
    )
    changed = GOOD[:place] + put + GOOD[place + length :]
    if changed != GOOD:
        with pytest.raises(TokenRejectedError):
            CODEC.verify(changed)


@within_a_test
@given(json_values | st.binary(max_size=200))
@example({"name": "\x00"})
@example({"expires_in": 10**30})
@example({"expires_in": True})
@example({"name": "\ud800"})
def test_any_body_is_understood_or_refused(client, db, body):
    """Without a token it is a 401 whatever it says; at the open door never more than a 4xx."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    for path in ("/api/v1/token?grant_type=password", "/api/v1/token?grant_type=refresh_token"):
        assert 400 <= client.generic("POST", path, raw, "application/json").status_code < 500
    answer = client.generic("POST", "/api/v1/personal-access-tokens", raw, "application/json")
    assert answer.status_code == 401


DISGUISES = st.builds(
    lambda left, name, right: f"{left}{name}{right}",
    st.sampled_from(["", "filter[", "a.", " ", "x-", "\u200b"]),
    st.sampled_from(
        ["company_id", "COMPANY_ID", "companyId", "Company-Id", "company id", "companyid"]
    ),
    st.sampled_from(["", "[]", "[0]", "]", "__exact", " ", "\x00", "\u200b"]),
)


@within_a_test
@given(DISGUISES, st.sampled_from(["query", "form", "json", "multipart"]))
def test_company_id_in_any_disguise_changes_nothing(client, owner, company, name, place):
    """Refused, or without effect: what is answered is the token's own company's, and no other's."""
    from urllib.parse import urlencode

    other = company.pk - 1
    query = urlencode({name: other}) if place == "query" else ""
    body, kind = {
        "form": (urlencode({name: other}), "application/x-www-form-urlencoded"),
        "json": (json.dumps({name: other}), "application/json"),
        "multipart": (
            f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{other}\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
    }.get(place, ("", ""))
    answer = client.generic("GET", f"/api/v1/metrics?{query}", body, kind, **owner)
    assert answer.status_code in {200, 400}
    if answer.status_code == 200:
        assert f'company_id="{company.pk}"' in answer.content.decode()
        assert f'company_id="{other}"' not in answer.content.decode()


@pytest.fixture
def company(db):
    from tests.factories import CompanyFactory

    CompanyFactory()
    return CompanyFactory()


@pytest.fixture
def owner(company):
    from tests.helpers import people

    return people.owner(company)


def test_the_clock_of_these_tests_is_right():
    assert datetime.fromtimestamp(FORGE.access["iat"], UTC) == NOON
