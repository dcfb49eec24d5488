"""Bad tokens are 401, never 500, and never reach the database."""

from __future__ import annotations

import base64
import json
from urllib.parse import urlencode

import jwt
import pytest

from tests.factories import SessionFactory
from tests.helpers import people
from tests.helpers.answers import assert_error, assert_unauthenticated
from tests.keys import new_key, public_pem
from tests.service import SERVICES
from tests.tokens import bearer, session_claims, session_token

URL = "/api/v1/metrics"
RING = SERVICES.sign_in.tokens.codec.ring
OTHER_KEY = new_key()


def encoded(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.fixture
def claims(company):
    session = SessionFactory(user=people.owner_of(company), company=company)
    codec = SERVICES.sign_in.tokens.codec
    return {"iss": codec.issuer, "aud": codec.audience, **session_claims(session)}


@pytest.fixture
def good(claims):
    return signed(claims)


def signed(claims: dict, *, key=RING.private_key, algorithm="RS256", **header) -> str:
    headers = {"kid": RING.active_kid, **header}
    return jwt.encode(claims, key, algorithm=algorithm, headers=headers)


@pytest.fixture
def refused(client, django_assert_num_queries):
    def check(token: str, code: str) -> None:
        with django_assert_num_queries(0):
            assert_unauthenticated(client.get(URL, **bearer(token)), code)

    return check


def test_the_good_one_is_good(client, good):
    assert client.get(URL, **bearer(good)).status_code == 200


MALFORMED = {
    "a word": "token",
    "two parts": "a.b",
    "four parts": "a.b.c.d",
    "empty parts": "..",
    "no base64url": "a+b.c/d.e=f",
    "padded": "YQ==.YQ==.YQ==",
    "another way to write the same bytes": f"{encoded({'alg': 'RS256'})}.YR.YQ",
    "no JSON": f"{encoded(b'x')}.{encoded({})}.YQ",
    "a header that is an array": f"{encoded([])}.{encoded({})}.YQ",
    "deep": f"{encoded(b'[' * 5000)}.{encoded({})}.YQ",
    "over 8 KiB": "a" * 8193,
    "two tokens": "a.b.c, a.b.c",
    "a space": "a.b .c",
    "Latin-1": "a.b.\xe9",
}


@pytest.mark.parametrize("token", MALFORMED.values(), ids=list(MALFORMED))
def test_malformed(refused, db, token):
    refused(token, "token_malformed")


@pytest.mark.parametrize(
    ("place", "changed", "code"),
    [
        (2, lambda part: part[:-2], "token_signature_invalid"),
        (2, lambda part: "A" * len(part), "token_signature_invalid"),
        (1, lambda _: encoded({"a": 1}), "token_signature_invalid"),
        (1, lambda part: part + "*", "token_malformed"),
    ],
)
def test_tampered(refused, good, place, changed, code):
    parts = good.split(".")
    parts[place] = changed(parts[place])
    refused(".".join(parts), code)


def test_of_another_key(refused, claims):
    refused(signed(claims, key=OTHER_KEY), "token_signature_invalid")


@pytest.mark.parametrize("algorithm", ["HS256", "HS512"])
def test_of_a_shared_secret(refused, claims, algorithm):
    """The public key is no secret, so it must not serve as one."""
    secret = base64.b64encode(public_pem(new_key()).encode())
    token = signed(claims, key=secret, algorithm=algorithm)
    refused(token, "token_algorithm_not_allowed")


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_of_another_algorithm_and_the_right_key(refused, claims, algorithm):
    refused(signed(claims, algorithm=algorithm), "token_algorithm_not_allowed")


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "", None, 1, "rs256"])
def test_of_no_algorithm(refused, claims, algorithm):
    header = {"alg": algorithm, "typ": "JWT", "kid": RING.active_kid}
    for signature in ("YQ", "AAAA"):
        token = f"{encoded(header)}.{encoded(claims)}.{signature}"
        refused(token, "token_algorithm_not_allowed")


@pytest.mark.parametrize("kid", ["", "other", None, 1, "../../etc/passwd", "' OR 1=1", ["x"]])
def test_of_an_unknown_kid(refused, claims, kid):
    header = {"alg": "RS256", "typ": "JWT", "kid": kid}
    refused(f"{encoded(header)}.{encoded(claims)}.YQ", "token_key_unknown")


@pytest.mark.parametrize(
    "changed", [{"typ": "at+jwt"}, {"typ": ""}, {"typ": None}, {"crit": ["exp"]}, {"crit": []}]
)
def test_of_another_header(refused, claims, changed):
    header = {"alg": "RS256", "typ": "JWT", "kid": RING.active_kid, **changed}
    refused(f"{encoded(header)}.{encoded(claims)}.YQ", "token_header_invalid")


@pytest.mark.parametrize("name", ["jku", "x5u", "jwk", "x5c"])
def test_keys_are_never_taken_from_the_token(refused, claims, name, monkeypatch):
    import socket

    monkeypatch.setattr(socket, "socket", None)  # whoever follows the address fails
    jwk = jwt.algorithms.RSAAlgorithm.to_jwk(OTHER_KEY.public_key(), as_dict=True)
    value = {"jwk": jwk, "x5c": ["YQ=="]}.get(name, "https://attacker.example/jwks.json")
    refused(signed(claims, key=OTHER_KEY, **{name: value}), "token_signature_invalid")


CLAIMS = {
    "issuer": ({"iss": "https://attacker.example"}, "token_issuer_mismatch"),
    "issuer as a list": ({"iss": ["https://auth.test"]}, "token_issuer_mismatch"),
    "audience": ({"aud": "other"}, "token_audience_mismatch"),
    "audience as a list": ({"aud": ["shellui-test"]}, "token_audience_mismatch"),
    "type": ({"token_type": "refresh"}, "token_type_mismatch"),
    "unknown type": ({"token_type": "id"}, "token_type_mismatch"),
    "expired": ({"exp": 1, "iat": 0}, "token_expired"),
    "from the future": ({"iat": 32_503_680_000, "exp": 32_503_680_100}, "token_not_yet_valid"),
    "not before": ({"nbf": 32_503_680_000}, "token_not_yet_valid"),
    "no session": ({"sid": None}, "token_claims_invalid"),
    "a session that is a number": ({"sid": 1}, "token_claims_invalid"),
    "user and subject differ": ({"user_id": "1000"}, "token_claims_invalid"),
}


@pytest.mark.parametrize(("changed", "code"), CLAIMS.values(), ids=list(CLAIMS))
def test_of_other_claims(client, claims, changed, code, django_assert_num_queries):
    token = signed_raw({**claims, **changed})
    with django_assert_num_queries(0):
        assert_unauthenticated(client.get(URL, **bearer(token)), code)


def signed_raw(payload: object) -> str:
    """Sign what PyJWT would refuse to."""
    header = {"alg": "RS256", "typ": "JWT", "kid": RING.active_kid}
    text = f"{encoded(header)}.{encoded(payload)}"
    rsa = jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256)
    return f"{text}.{encoded(rsa.sign(text.encode(), RING.private_key))}"


@pytest.mark.parametrize("payload", [b"[]", b"1", b'"x"', b"null", b"{", b"\xff", b"[" * 3000])
def test_of_a_payload_that_is_no_object(client, db, payload, django_assert_num_queries):
    token = signed_raw(payload)
    with django_assert_num_queries(0):
        assert_unauthenticated(client.get(URL, **bearer(token)), "token_malformed")


@pytest.mark.parametrize("headers", [{}, {"Authorization": ""}])
def test_no_credential_at_all(client, db, headers, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get(URL, headers=headers)
    assert_error(response, 401, "token_missing", challenge="")


@pytest.mark.parametrize(
    "authorization",
    ["Bearer", "Bearer ", "Basic YTpi", "Token x", "Bearer\tx", "bearerx y", "\x00"],
)
def test_a_credential_that_is_no_bearer_token(client, db, authorization, django_assert_num_queries):
    """It was sent, so it is a bad one, and not a missing one."""
    with django_assert_num_queries(0):
        response = client.get(URL, headers={"Authorization": authorization})
    assert_unauthenticated(response, "token_malformed")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer   "])
def test_the_scheme_is_the_same_in_any_case(client, good, scheme):
    """RFC 9110 section 11.1."""
    response = client.get(URL, headers={"Authorization": f"{scheme} {good}"})
    assert response.status_code == 200


@pytest.mark.parametrize("name", ["access_token", "token", "authorization"])
def test_a_token_anywhere_else_is_ignored(client, good, name):
    """A token in a query string or a body is ignored."""
    form = "application/x-www-form-urlencoded"
    for response in (
        client.get(URL, {name: good}),
        client.generic("GET", URL, urlencode({name: good}), form),
        client.generic("GET", URL, json.dumps({name: good}), "application/json"),
        client.get(URL, headers={"Cookie": f"{name}={good}"}),
        client.get(URL, headers={"X-Authorization": f"Bearer {good}"}),
    ):
        assert_error(response, 401, "token_missing", challenge="")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/metrics/all"),
        ("GET", "/api/v1/user"),
        ("POST", "/api/v1/logout"),
        ("GET", "/api/v1/personal-access-tokens"),
        ("POST", "/api/v1/personal-access-tokens"),
        ("GET", "/api/v1/personal-access-tokens/1b671a64-40d5-491e-99b0-da01ff1f3341"),
        ("POST", "/api/v1/personal-access-tokens/1b671a64-40d5-491e-99b0-da01ff1f3341/reissue"),
        ("POST", "/api/v1/personal-access-tokens/1b671a64-40d5-491e-99b0-da01ff1f3341/revoke"),
    ],
)
def test_every_route_asks_for_a_token(client, db, method, path, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert_error(client.generic(method, path), 401, "token_missing", challenge="")
        response = client.generic(method, path, **bearer("a.b.c"))
        assert_unauthenticated(response, "token_malformed")


def test_the_challenge_and_the_body_repeat_nothing_of_the_token(client, db):
    response = client.get(URL, **bearer("secretsecret.x.y"))
    assert b"secretsecret" not in response.content
    assert "secretsecret" not in response["WWW-Authenticate"]


def test_a_session_token_that_was_cut_off_is_refused(refused, company):
    session = SessionFactory(user=people.owner_of(company), company=company)
    refused(session_token(session)[:-1], "token_malformed")
