"""``manage.py events``: the account as JSON lines."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.core.management import call_command

from adapters.orm.models import PersonalAccessToken
from adapters.orm.repositories.events import OrmEventLog
from domain.events.event import Actor, Event, EventKind, Means, Origin
from tests.life.api import create, reissued, session_of, used


def exported(*arguments: str) -> list[dict]:
    out = io.StringIO()
    call_command("events", *arguments, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def kinds(*arguments: str) -> list[str]:
    return [line["kind"] for line in exported(*arguments)]


@pytest.fixture(autouse=True)
def _life(owner, staff, company, clock):
    pat = create(session_of(owner, company), name="prometheus")
    clock.advance(days=1)
    new = reissued(session_of(owner, company), pat["id"], overlap_seconds=60)
    clock.advance(seconds=1)
    used(new["access_token"])
    clock.advance(days=1)
    create(session_of(staff, company), access_global_metrics=True)


def test_the_oldest_comes_first_and_a_line_is_complete(owner, company):
    assert kinds() == ["issued", "reissued", "overlap_ended", "issued", "granted"]
    pat = PersonalAccessToken.objects.get(name="prometheus")
    assert exported()[0] == {
        "at": "2026-03-18T12:00:00Z",
        "kind": "issued",
        "personal_access_token": str(pat.pk),
        "session": None,
        "user": {"id": str(owner.pk), "email": "owner@acme.test"},
        "company": {"id": company.pk, "slug": "acme"},
        "by": {"id": str(owner.pk), "name": "owner@acme.test"},
        "address": "127.0.0.1",
        "means": "api",
        "detail": {
            "name": "prometheus",
            "read_only": False,
            "access_global_metrics": False,
            "expires_at": "2026-06-16T12:00:00+00:00",
        },
    }


def test_since_and_until():
    assert kinds("--since", "2026-03-19") == ["reissued", "overlap_ended", "issued", "granted"]
    assert kinds("--until", "2026-03-19T12:00:00Z") == ["issued"]
    assert kinds("--since", "2026-03-19T14:00:00+02:00", "--until", "2026-03-19T12:00:01Z") == [
        "reissued"
    ]
    assert kinds("--since", "2030-01-01") == []


def test_by_user_and_company(staff, company):
    assert kinds("--user", "STAFF@acme.test") == ["issued", "granted"]
    assert len(kinds("--company", "acme")) == 5
    assert kinds("--company", "acme", "--user", "owner@acme.test", "--since", "2026-03-19") == [
        "reissued",
        "overlap_ended",
    ]
    assert kinds("--company", "other") == kinds("--user", "nobody@acme.test") == []


def test_users_and_companies_that_are_gone_or_renamed_are_found(owner, company):
    owner.email = "renamed@acme.test"
    owner.save()
    assert len(kinds("--user", "renamed@acme.test")) == 3
    assert len(kinds("--user", "owner@acme.test")) == 3
    PersonalAccessToken.objects.all().delete()
    owner.delete()
    company.delete()
    assert len(kinds("--user", "owner@acme.test", "--company", "acme")) == 3


def test_there_may_be_many(django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        exported("--user", "owner@acme.test", "--company", "acme")


def test_retention_is_configured():
    from django.conf import settings

    assert settings.ENVIRONMENT.token_event_retention == timedelta(days=400)


def test_an_event_is_one_line_of_ascii_whatever_its_names_are(clock):
    """A row may be older than the rule for names, or come by another way."""
    hostile = "a\tb\nc\x1b[2K\x7f\x85\u2028\u202e\U0001f600"
    by, later = Actor(None, hostile, Origin(Means.SHELL)), clock() + timedelta(days=1)
    event = Event(EventKind.REVOKED, later, by, 1, None, detail={"name": hostile})
    OrmEventLog().write((event,))
    out = io.StringIO()
    call_command("events", stdout=out)
    *_, line = out.getvalue().removesuffix("\n").split("\n")
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["by"]["name"] == json.loads(line)["detail"]["name"] == hostile
