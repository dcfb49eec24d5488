"""``manage.py events``: the account as JSON lines."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.core.management import call_command

from adapters.orm.models import PersonalAccessToken, TokenEvent
from adapters.orm.repositories.events import OrmEventLog
from domain.events.event import Actor, Event, EventKind, Means, Origin
from tests.commands.test_purge import purge
from tests.life.api import create, reissued, revoke, session_of, used
from tests.tokens import bearer


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
    session = TokenEvent.objects.earliest("at").actor_session_id
    assert exported()[0] == {
        "at": "2026-03-18T12:00:00Z",
        "kind": "issued",
        "personal_access_token": str(pat.pk),
        "session": None,
        "user": {"id": str(owner.pk), "email": "owner@acme.test"},
        "company": {"id": company.pk, "slug": "acme"},
        "by": {
            "id": str(owner.pk),
            "name": "owner@acme.test",
            "personal_access_token": None,
            "session": str(session),
        },
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


@pytest.fixture
def stolen(owner, company):
    """A token, the heirs that it made and took, and one that has nothing to do with it."""
    session = session_of(owner, company)
    root, mine = create(session), create(session, name="taken and taken back")
    child = create(bearer(root["access_token"]))
    grandchild = create(bearer(child["access_token"]))
    reissued(bearer(grandchild["access_token"]), mine["id"])
    reissued(session, mine["id"])
    create(session, name="another")
    return [pat["id"] for pat in (root, child, grandchild, mine)]


@pytest.mark.parametrize("are_there", [True, False])
def test_a_line_of_heirs_is_followed_however_far_down(stolen, are_there):
    """Though its rows are gone, and though a session took a token back."""
    root, child, grandchild, mine = stolen
    if not are_there:
        PersonalAccessToken.objects.all().delete()
    told = exported("--line", root)
    assert [line["personal_access_token"] for line in told] == [
        *(root, mine, child, grandchild, mine, mine)
    ]
    makers = [line["by"]["personal_access_token"] for line in told]
    assert makers == [None, None, root, child, grandchild, None]


def test_a_line_is_followed_by_its_rows_where_its_events_are_purged(stolen, clock, owner, company):
    root, _, grandchild, _ = stolen
    clock.advance(days=401)
    purge()
    revoke(session_of(owner, company), grandchild)
    (told,) = exported("--line", root)
    assert (told["kind"], told["personal_access_token"]) == ("revoked", grandchild)


def test_the_line_of_an_heir_is_its_own_and_what_it_did(stolen):
    _, child, grandchild, mine = stolen
    told = [line["personal_access_token"] for line in exported("--line", child)]
    assert told == [mine, child, grandchild, mine, mine]


def test_a_line_that_nobody_knows_is_empty():
    assert exported("--line", "11111111-1111-4111-8111-111111111111") == []


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
