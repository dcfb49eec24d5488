"""Where the service is found, and over what it may be asked."""

from __future__ import annotations

import pytest

from tests.production import environment, manage


def test_by_default_https_is_required_and_nothing_is_said_for_other_hosts(read):
    found = read()
    assert (found.base_url, found.https_required, found.hsts) == ("", True, "host")


@pytest.mark.parametrize("given", ["https://metrics.example.com", "https://METRICS.example.com/"])
def test_the_base_url_is_an_origin_whose_forms_are_trusted(read, given):
    found = read(BASE_URL=given, CSRF_TRUSTED_ORIGINS="https://other.example")
    assert found.base_url == "https://metrics.example.com"
    assert found.csrf_trusted_origins == ["https://metrics.example.com", "https://other.example"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("BASE_URL", "metrics.example.com"),
        ("BASE_URL", "https://example.com/metrics"),
        ("BASE_URL", "https://a.example, https://b.example"),
        ("HTTPS_REQUIRED", "perhaps"),
        ("HSTS", "everybody"),
    ],
)
def test_what_cannot_be_used_is_a_fault(faults, name, text):
    (fault,) = faults(**{name: text})
    assert fault.startswith(f"{name} cannot be used: write ")


def test_check_says_that_plain_http_is_taken():
    done = manage("check", env=environment(HTTPS_REQUIRED="false"))
    assert done.returncode == 0
    assert "HTTPS_REQUIRED is false" in done.stderr
    assert "HTTPS_REQUIRED" not in manage("check", env=environment()).stderr


@pytest.mark.parametrize(
    ("asked", "subdomains", "preload"),
    [("", False, False), ("subdomains", True, False), ("preload", True, True)],
)
def test_hsts_says_what_is_asked_for(asked, subdomains, preload):
    script = (
        "from django.conf import settings as s; "
        "print(s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.SECURE_HSTS_PRELOAD)"
    )
    done = manage("shell", "--no-imports", "-c", script, env=environment(HSTS=asked))
    assert done.stdout == f"{subdomains} {preload}\n"
