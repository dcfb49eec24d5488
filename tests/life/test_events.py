"""The account of events: every act is a row, in the act's own transaction, with no secret in it."""

from __future__ import annotations

import threading
from dataclasses import replace
from unittest import mock
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.test import Client

from adapters.orm.models import Company, EventPurge, PersonalAccessToken, Session, TokenEvent, User
from adapters.orm.models.token_event import AppendOnlyError
from adapters.orm.repositories import refused_uses
from adapters.orm.repositories.refused_uses import BackgroundRefusedUses
from domain.events.event import EventKind
from domain.gate import _refused_use
from domain.policy import Permission, decide
from tests.factories import PersonalAccessTokenFactory, SessionFactory
from tests.life.api import (
    PLATFORM,
    create,
    kinds,
    post,
    reissue,
    reissued,
    revoke,
    row_of,
    use,
    used,
)
from tests.service import NOON, SERVICES
from tests.tokens import bearer, refresh_token, session_token


def only() -> TokenEvent:
    return TokenEvent.objects.get()


def test_a_life_in_full(as_staff):
    pat = create(as_staff, name="prometheus", access_global_metrics=True)
    new = reissued(as_staff, pat["id"], overlap_seconds=60, read_only=True)
    newer = reissued(as_staff, pat["id"], overlap_seconds=60)
    assert used(newer["access_token"])[0] == 200
    revoke(as_staff, pat["id"])
    revoke(as_staff, pat["id"])
    assert new["read_only"]
    assert kinds(pat["id"]) == [
        "issued",
        "granted",
        "reissued",
        "flags_changed",
        "granted",
        "reissued",
        "granted",
        "overlap_ended",
        "revoked",
    ]


def test_a_row_says_when_what_whose_by_whom_from_where_and_how(as_owner, owner, company):
    headers = {**as_owner["headers"], "X-Forwarded-For": "203.0.113.9"}
    body = {"name": "prometheus", "read_only": True}
    Client().post(
        "/api/v1/personal-access-tokens",
        body,
        content_type="application/json",
        headers=headers,
        REMOTE_ADDR="10.9.8.7",
    )
    event = only()
    assert (event.at, event.kind, event.means) == (NOON, "issued", "api")
    assert (event.user_id, event.user_email) == (owner.pk, "owner@acme.test")
    assert (event.company_id, event.company_slug) == (company.pk, "acme")
    assert (event.actor_id, event.actor_name) == (owner.pk, "owner@acme.test")
    assert event.address == "203.0.113.9"
    assert event.pat_id == PersonalAccessToken.objects.get().pk
    assert event.detail == {
        "name": "prometheus",
        "read_only": True,
        "access_global_metrics": False,
        "expires_at": "2026-06-16T12:00:00+00:00",
    }


def test_an_address_of_any_length_stops_nothing(as_owner):
    scoped = "fe80::1%" + "x" * 100
    made = Client().post(
        "/api/v1/personal-access-tokens",
        {},
        content_type="application/json",
        REMOTE_ADDR=scoped,
        **as_owner,
    )
    assert made.status_code == 201
    assert only().address == scoped[:45]


def test_no_secret_is_in_it(as_staff):
    pat = create(as_staff, access_global_metrics=True)
    jtis = [row_of(pat).jti]
    new = reissued(as_staff, pat["id"], overlap_seconds=60)
    jtis.append(row_of(pat).jti)
    used(new["access_token"])
    account = repr(list(TokenEvent.objects.values()))
    for token in (pat["access_token"], new["access_token"], as_staff["headers"]["Authorization"]):
        assert not any(part in account for part in token.removeprefix("Bearer ").split("."))
    assert not any(jti in account for jti in jtis)


def test_the_account_outlives_its_rows(as_owner, owner, company):
    pat = create(as_owner)
    PersonalAccessToken.objects.all().delete()
    Session.objects.all().delete()
    company.delete()
    owner.delete()
    assert not User.objects.exists()
    assert not Company.objects.exists()
    event = only()
    assert (event.user_email, event.company_slug, str(event.pat_id)) == (
        "owner@acme.test",
        "acme",
        pat["id"],
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["create", "reissue", "revoke", "first use"])
def test_without_its_account_nothing_happens(as_owner, act):
    pat = create(as_owner)
    new = reissued(as_owner, pat["id"], overlap_seconds=60)
    before = list(PersonalAccessToken.objects.order_by("pk").values())
    acts = {
        "create": lambda: create(as_owner),
        "reissue": lambda: reissue(as_owner, pat["id"]),
        "revoke": lambda: revoke(as_owner, pat["id"]),
        "first use": lambda: use(new["access_token"]),
    }
    broken = mock.patch.object(TokenEvent.objects, "bulk_create", side_effect=OperationalError)
    with broken, mock.patch("tests.service.write_last_use"):
        response = None
        try:
            response = acts[act]()
        except AssertionError:  # what ``create`` says of an answer that is no 201
            assert act == "create"
    assert response is None or response.status_code == 503
    assert list(PersonalAccessToken.objects.order_by("pk").values()) == before


class TestSpentRefreshToken:
    def test_its_reuse_is_one_row(self, owner, company, clock):
        session = SessionFactory(user=owner, company=company)
        spent = refresh_token(session)
        path = "/api/v1/token?grant_type=refresh_token"
        body = {"refresh_token": spent}
        anybody = {"headers": {}}
        assert post(path, anybody, body).status_code == 200
        clock.advance(seconds=121)
        for code in ("refresh_token_reused", "session_revoked"):
            response = post(path, anybody, body)
            assert (response.status_code, response.json()["code"]) == (401, code)
        event = only()
        assert (event.kind, event.session_id) == ("refresh_reused", session.pk)
        assert (event.user_id, event.company_slug) == (owner.pk, "acme")
        assert event.address == "127.0.0.1"


class TestRefusedPrivilegedUse:
    def test_a_403_on_all_metrics(self, as_owner):
        pat = create(as_owner)
        assert used(pat["access_token"], PLATFORM)[0] == 403
        event = TokenEvent.objects.get(kind="privileged_use_refused")
        assert str(event.pat_id) == pat["id"]
        assert event.detail == {"permission": "scrape_platform", "reason": "global_flag_required"}

    def test_a_403_on_granting(self, as_owner, owner):
        Client().post(
            "/api/v1/personal-access-tokens",
            {"access_global_metrics": True},
            content_type="application/json",
            **as_owner,
        )
        event = only()
        assert (event.kind, event.user_id) == ("privileged_use_refused", owner.pk)
        assert event.detail["permission"] == "grant_global_metrics"
        assert event.detail["reason"] == "global_grant_not_allowed"

    def test_a_403_on_re_issuing_with_the_flag(self, as_owner):
        pat = create(as_owner)
        assert reissue(as_owner, pat["id"], access_global_metrics=True).status_code == 403
        assert "privileged_use_refused" in set(TokenEvent.objects.values_list("kind", flat=True))

    def test_other_refusals_are_none(self, as_owner):
        pat = create(as_owner, read_only=True)
        assert reissue(bearer(pat["access_token"]), pat["id"]).status_code == 403
        assert kinds(pat["id"]) == ["issued"]

    def test_one_row_a_minute_for_one_token_however_often_somebody_knocks(self, as_owner, clock):
        pat, other = create(as_owner), create(as_owner)
        for _ in range(20):
            use(pat["access_token"], PLATFORM)
        use(other["access_token"], PLATFORM)
        refused = TokenEvent.objects.filter(kind="privileged_use_refused")
        assert refused.count() == 2
        clock.advance(minutes=1)
        use(pat["access_token"], PLATFORM)
        assert refused.count() == 3

    def test_many_sessions_of_one_user_count_as_one(self, owner, company):
        for _ in range(5):
            who = bearer(session_token(SessionFactory(user=owner, company=company)))
            assert Client().get(PLATFORM, **who).status_code == 403
        assert TokenEvent.objects.count() == 1


class TestBehindTheRequest:
    @pytest.fixture
    def refused(self, as_owner):
        """Callers with events to note, and the notes."""
        caller = SERVICES.authenticate(create(as_owner)["access_token"], now=NOON)
        return BackgroundRefusedUses(), self._event(caller)

    def _event(self, caller):
        decision = decide(caller, Permission.SCRAPE_PLATFORM)
        return _refused_use(caller, Permission.SCRAPE_PLATFORM, decision, now=NOON)

    def test_a_note_is_written_by_the_thread(self, refused):
        notes, event = refused
        written = threading.Event()
        tell = mock.Mock(side_effect=lambda _event: written.set())
        with mock.patch.object(refused_uses, "write_refused_use", tell):
            notes.note(event)
            assert written.wait(timeout=60)

    def test_knocks_that_were_noted_cost_nothing(self, refused, django_assert_num_queries):
        notes, event = refused
        notes._background._is_started = True  # no thread: the test writes
        with django_assert_num_queries(0):
            for _ in range(100):
                notes.note(event)
        assert len(notes._waiting) == 1
        notes.flush()
        assert TokenEvent.objects.filter(kind="privileged_use_refused").count() == 1

    def test_a_write_that_fails_is_the_logs_not_the_callers(self, refused, caplog):
        notes, event = refused
        notes._background._is_started = True
        broken = mock.patch.object(refused_uses, "write_refused_use", side_effect=OperationalError)
        with broken, mock.patch("adapters.orm.background.connections"):
            notes.note(event)
            notes.flush()
        assert "could not be written" in caplog.text

    def test_a_flood_is_cut_off(self, refused):
        notes, event = refused
        notes._background._is_started = True
        for _ in range(1_100):
            notes.note(replace(event, pat_id=uuid4()))
        assert len(notes._waiting) == 1_000


AGAIN = "INSERT INTO shellui_tokenevent SELECT * FROM shellui_tokenevent WHERE true"
REPLACING = [
    "UPDATE OR REPLACE shellui_tokenevent SET kind = 'granted'",
    AGAIN.replace("INSERT", "INSERT OR REPLACE"),
    AGAIN.replace("INSERT", "REPLACE"),
]
"""What only SQLite knows."""
if connection.vendor != "sqlite":
    REPLACING = []
EVENT = {"at": NOON, "user_id": 1, "company_id": 1, "means": "api"}


class TestAppendOnly:
    @pytest.fixture(autouse=True)
    def _event(self, as_owner):
        create(as_owner)

    @pytest.mark.parametrize(
        "act",
        [
            lambda event: event.save(),
            lambda event: event.delete(),
            lambda _: TokenEvent.objects.update(kind="issued"),
            lambda _: TokenEvent.objects.all().delete(),
            lambda event: TokenEvent.objects.bulk_update([event], ["kind"]),
        ],
    )
    def test_for_django(self, act):
        with pytest.raises(AppendOnlyError):
            act(only())
        assert only().kind == "issued"

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE shellui_tokenevent SET kind = 'granted'",
            "DELETE FROM shellui_tokenevent",
            f"{AGAIN} ON CONFLICT (id) DO UPDATE SET kind = 'granted'",
            pytest.param("TRUNCATE shellui_tokenevent", marks=pytest.mark.postgresql),
            *REPLACING,
        ],
    )
    def test_for_whoever_speaks_sql(self, statement):
        self.refused(statement)

    def refused(self, statement):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
        assert only().kind == "issued"

    def test_of_events_of_one_kind_and_minute_the_first_is_kept(self):
        """Whatever the other one is inserted with."""
        first = TokenEvent.objects.create(**EVENT, kind="revoked", once="a minute")
        second = TokenEvent(**EVENT, kind="granted", once="a minute")
        TokenEvent.objects.bulk_create([second], ignore_conflicts=True)
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                columns = ", ".join(f.column for f in TokenEvent._meta.fields if f.name != "id")
                cursor.execute(
                    f"INSERT OR REPLACE INTO shellui_tokenevent ({columns}) "
                    f"SELECT {columns} FROM shellui_tokenevent WHERE once IS NOT NULL"
                )
        assert TokenEvent.objects.get(once="a minute") == first

    def test_a_temporary_table_opens_nothing(self):
        """One that is named like the table that lets the purge delete."""
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE shellui_eventpurge (before timestamp)")
            cursor.execute("INSERT INTO shellui_eventpurge VALUES ('2999-01-01')")
        self.refused("DELETE FROM shellui_tokenevent")
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE shellui_eventpurge")

    @pytest.mark.postgresql
    @pytest.mark.parametrize("path", ["elsewhere, public", "elsewhere", "''"])
    def test_a_search_path_opens_nothing(self, path):
        with connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA elsewhere")
            cursor.execute("CREATE TABLE elsewhere.shellui_eventpurge (before timestamptz)")
            cursor.execute("INSERT INTO elsewhere.shellui_eventpurge VALUES ('2999-01-01')")
            cursor.execute(f"SET LOCAL search_path = {path}")
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                cursor.execute("DELETE FROM public.shellui_tokenevent")
            cursor.execute("SET LOCAL search_path = public")
        assert only().kind == "issued"

    def test_a_purge_reaches_no_further_back_than_it_says(self):
        EventPurge.objects.create(before=NOON)  # the event is of NOON itself
        with (
            pytest.raises((IntegrityError, DatabaseError), match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("DELETE FROM shellui_tokenevent")
        assert TokenEvent.objects.count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db
def test_every_function_of_ours_looks_for_its_tables_in_our_schema():
    """And for temporary ones last, which come first where nobody says so."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, proconfig FROM pg_proc "
            "WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'shellui%%'"
        )
        found = dict(cursor.fetchall())
    assert "shellui_tokenevent_keep" in found
    assert set(map(str, found.values())) == {"['search_path=public, pg_temp']"}


def test_every_kind_is_a_choice_of_the_column():
    values = {value for value, _ in TokenEvent._meta.get_field("kind").choices}
    assert values == {kind.value for kind in EventKind}


def test_authentication_is_one_query_and_an_overlaps_end_happens_once(
    as_owner, django_assert_num_queries
):
    pat = create(as_owner)
    new = reissued(as_owner, pat["id"], overlap_seconds=60)["access_token"]
    with django_assert_num_queries(1):
        SERVICES.authenticate(new, now=NOON)
    use(new)
    caller = SERVICES.authenticate(new, now=NOON)
    assert caller.credential.supersedes is False
    assert PersonalAccessToken.objects.get().previous_jti is None


def test_an_unknown_bearer_leaves_no_trace(db):
    PersonalAccessTokenFactory()
    assert Client().get(PLATFORM).status_code == 401
    assert not TokenEvent.objects.exists()
