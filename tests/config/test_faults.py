"""With DEBUG false the service refuses to start: each fault is named, with its fix, at once."""

from __future__ import annotations

import pytest

from tests.keys import new_key, private_pem, public_pem

REQUIRED = [
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "DATABASE_URL",
    "JWT_PRIVATE_KEY",
    "JWT_ISSUER",
    "JWT_AUDIENCE",
]
SECRET = "hunter2"
BAD = {
    "DEBUG": ["maybe", "2", "on off", SECRET],
    "SECRET_KEY": ["short", "a" * 60, SECRET],
    "CSRF_TRUSTED_ORIGINS": ["a.example", "https://a.example/path", "https://", SECRET],
    "DOCS_FRAME_ANCESTORS": [
        "*",
        "'self'",
        "none",
        "https://a.example; script-src *",
        "https://a.example;script-src",
        "https://a.example https://b.example",
        "https://*.a.example",
        "https://\u00e9.example",
        "https://a\u2028.example",
        "https://a.example:443",
        "http://a.example:80",
        "https://a.example:0",
        "https://a.example:70000",
    ],
    "CORS_ALLOWED_ORIGINS": [
        "*",
        "a.example",
        "https://a.example/",
        "https://*.a.example/x",
        "ftp://a.example",
        "https://u:hunter2@a.example",
        "https://a.example:port",
        "https://[::1",
    ],
    "DATABASE_URL": [
        "mysql://u:hunter2@h/n",
        "postgres://u:hunter2@h:port/n",
        "postgres://u:hunter2@h",
        "/var/db.sqlite3",
        SECRET,
    ],
    "METRICS_DATABASE_URL": ["oracle://u:hunter2@h/n", SECRET],
    "JWT_PRIVATE_KEY": [SECRET, private_pem(new_key(1024)), public_pem(new_key())],
    "JWT_PREVIOUS_PUBLIC_KEYS": [SECRET, public_pem(new_key(1024)), private_pem(new_key())],
    "JWT_ACCESS_TOKEN_LIFETIME": [
        "5",
        "0s",
        "-1m",
        "5 m",
        "1w",
        "5M",
        "1.5h",
        "\u0665m",
        "9" * 30 + "d",
    ],
    "JWT_REFRESH_TOKEN_LIFETIME": ["", " d", "4000d"],
    "PERSONAL_ACCESS_TOKEN_LIFETIME": ["90", "ninety days", "999999999d"],
    "LOG_LEVEL": ["LOUD", "10", SECRET],
    "TRUSTED_PROXY_IPS": ["proxy.example", "10.0.0.0/33", "10.0.0.1/8", "1.2.3", SECRET],
}
CASES = [(name, text) for name, texts in BAD.items() for text in texts if text]


def test_an_empty_environment_is_told_all_at_once(faults):
    found = faults(**dict.fromkeys(REQUIRED))
    assert len(found) == len(REQUIRED)
    for name, fault in zip(sorted(REQUIRED), sorted(found), strict=True):
        assert fault.startswith(f"{name} is not set: write ")


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("text", [None, "", "  "])
def test_a_required_variable_is_named_with_its_fix(faults, name, text):
    (fault,) = faults(**{name: text})
    assert fault.startswith(f"{name} is not set: write ")
    assert fault.endswith(".")


@pytest.mark.parametrize(("name", "text"), CASES, ids=lambda value: value[:40])
def test_a_bad_value_is_named_with_its_fix_and_not_repeated(faults, name, text):
    (fault,) = faults(**{name: text})
    assert fault.startswith((f"{name} cannot be used: ", f"{name} is too weak: "))
    assert SECRET not in fault
    assert text[30:60] not in fault or len(text) < 60


def test_all_faults_are_in_one_message(faults):
    bad = {name: texts[0] for name, texts in BAD.items() if texts[0] and name != "DEBUG"}
    found = faults(**bad, JWT_ISSUER=None)
    named = {fault.split()[0] for fault in found}
    assert named == {*bad, "JWT_ISSUER"}


def test_two_keys_of_one_name(faults):
    previous = f"kid: same\n{public_pem(new_key())}"
    (fault,) = faults(JWT_KEY_ID="same", JWT_PREVIOUS_PUBLIC_KEYS=previous)
    assert "two different keys have the id 'same'" in fault


def test_debug_forgives_no_bad_value(faults):
    (fault,) = faults(DEBUG="true", LOG_LEVEL="LOUD")
    assert fault.startswith("LOG_LEVEL cannot be used")
