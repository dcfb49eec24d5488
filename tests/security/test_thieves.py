"""What a thief reaches with what was stolen, and that each cure takes all of it away.

The table in docs/security.md says the same in words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client

from adapters.commands.shell import shell_actor
from adapters.orm.models import Company, PersonalAccessToken, Session, User
from domain.refusal import RefusedError
from domain.tokens.mint import PatRequest
from tests.factories import PASSWORD, CompanyFactory, SessionFactory, StaffFactory
from tests.helpers.people import owner_of, session_of
from tests.helpers.sign_in import refresh, sign_in
from tests.service import NOON, SERVICES, clock
from tests.tokens import bearer

pytestmark = pytest.mark.django_db
PATS = "/api/v1/personal-access-tokens"
METRICS = "/api/v1/metrics"


def call(method: str, path: str, token: str, body: object = None) -> tuple[int, dict]:
    how = {} if body is None else {"data": body, "content_type": "application/json"}
    response = getattr(Client(), method)(path, **how, **bearer(token))
    is_json = response.headers["Content-Type"].startswith("application/json")
    return response.status_code, response.json() if is_json else {}


def works(token: str) -> bool:
    return call("get", "/api/v1/user", token)[0] == 200


@dataclass
class Victim:
    """An owner with a scraper's token of their own making, and a session at another machine."""

    user: User
    company: Company
    scraper: str = ""
    scraper_id: str = ""

    def session(self) -> str:
        return bearer_of(session_of(self.user, self.company))


def bearer_of(arguments: dict) -> str:
    return arguments["headers"]["Authorization"].removeprefix("Bearer ")


@pytest.fixture
def victim():
    company = CompanyFactory()
    made = Victim(owner_of(company), company)
    _, row = call("post", PATS, made.session(), {"name": "scraper", "read_only": True})
    made.scraper, made.scraper_id = row["access_token"], row["id"]
    return made


@dataclass
class Loot:
    """All that a thief holds, and what each new piece was made with."""

    strings: list[str] = field(default_factory=list)

    def add(self, answer: tuple[int, dict]) -> None:
        if answer[0] in {200, 201}:
            self.strings.append(answer[1]["access_token"])


def pat_thief(victim: Victim) -> tuple[str, Loot]:
    """A write token of a week was stolen: its holder makes heirs of heirs, and re-issues."""
    wanted = {"name": "ci", "expires_in": 7 * 86_400}
    _, stolen = call("post", PATS, victim.session(), wanted)
    loot = Loot([stolen["access_token"]])
    for _ in range(3):
        loot.add(call("post", PATS, loot.strings[-1], {"expires_in": 90 * 86_400}))
    loot.add(
        call("post", f"{PATS}/{stolen['id']}/reissue", loot.strings[1], {"overlap_seconds": 60})
    )
    loot.add(call("post", PATS, loot.strings[-1], {}))
    return stolen["id"], loot


def test_a_stolen_token_never_outlives_itself(victim):
    """Whatever it makes of whatever it made ends when it would have ended."""
    _, loot = pat_thief(victim)
    assert len(loot.strings) == 6
    ends = PersonalAccessToken.objects.exclude(pk=victim.scraper_id).values_list(
        "expires_at", flat=True
    )
    assert set(ends) == {NOON + timedelta(days=7)}
    clock.advance(days=7)
    assert not any(works(token) for token in loot.strings)


def test_a_stolen_token_gives_no_more_than_it_has(victim):
    _, loot = pat_thief(victim)
    status, answer = call("post", PATS, loot.strings[-1], {"access_global_metrics": True})
    assert (status, answer["code"]) == (403, "global_grant_not_allowed")
    assert call("get", f"{METRICS}/all", loot.strings[-1])[0] == 403
    assert call("post", "/api/v1/logout", loot.strings[-1])[0] == 403


def test_a_stolen_token_of_staff_gives_no_flag_that_it_lacks(victim):
    staff = StaffFactory()
    session = bearer_of(session_of(staff, victim.company))
    _, stolen = call("post", PATS, session, {"name": "ci"})
    status, answer = call("post", PATS, stolen["access_token"], {"access_global_metrics": True})
    assert (status, answer["code"]) == (403, "token_too_weak")


def revoke_it(victim: Victim, stolen_id: str) -> None:
    status, answer = call("post", f"{PATS}/{stolen_id}/revoke", victim.session())
    assert (status, answer["also_revoked"]) == (200, 4)


def revoke_in_the_shell(_victim: Victim, stolen_id: str) -> None:
    SERVICES.administer.revoke(shell_actor(), stolen_id, now=clock())


def revoke_all(victim: Victim, _stolen_id: str) -> None:
    SERVICES.administer.revoke_all(shell_actor(), user_id=victim.user.pk, now=clock())


def sign_out_everywhere(victim: Victim, _stolen_id: str) -> None:
    token = victim.session()
    SERVICES.account.end_everything(SERVICES.authenticate(token, now=clock()), now=clock())


def new_password_with_the_box_ticked(victim: Victim, _stolen_id: str) -> None:
    caller = SERVICES.authenticate(victim.session(), now=clock())
    SERVICES.account.change_password(
        caller, PASSWORD, "wholly-unlikely-93", end_tokens=True, now=clock()
    )


def reset_by_an_administrator(victim: Victim, _stolen_id: str) -> None:
    victim.user.refresh_from_db()
    victim.user.set_password("wholly-unlikely-93")
    victim.user.save()


def stop_and_start_again(victim: Victim, _stolen_id: str) -> None:
    victim.user.refresh_from_db()
    for is_active in (False, True):
        victim.user.is_active = is_active
        victim.user.save()


CURES: list[Callable[[Victim, str], None]] = [
    revoke_it,
    revoke_in_the_shell,
    revoke_all,
    sign_out_everywhere,
    new_password_with_the_box_ticked,
    reset_by_an_administrator,
    stop_and_start_again,
]
OF_THE_TOKEN_ALONE = {revoke_it, revoke_in_the_shell}
END_EVERYTHING = [cure for cure in CURES if cure not in {*OF_THE_TOKEN_ALONE, revoke_all}]


@pytest.mark.parametrize("cure", CURES, ids=lambda cure: cure.__name__)
def test_each_cure_ends_all_that_a_stolen_token_made(victim, cure):
    stolen_id, loot = pat_thief(victim)
    assert works(loot.strings[-1])
    cure(victim, stolen_id)
    assert [token for token in loot.strings if works(token)] == []
    assert works(victim.scraper) is (cure in OF_THE_TOKEN_ALONE)
    assert not [
        token
        for token in loot.strings
        if call("post", PATS, token, {})[0] == 201
        or call("post", f"{PATS}/{stolen_id}/reissue", token)[0] == 200
    ]


def test_a_scraper_whose_token_the_thief_reissued_ends_with_it_and_is_reissued(victim):
    """The thief's re-issue is the thief's string; the victim's own re-issue takes the row back."""
    stolen_id, loot = pat_thief(victim)
    status, answer = call("post", f"{PATS}/{victim.scraper_id}/reissue", loot.strings[-1], {})
    assert (status, works(victim.scraper)) == (200, False)
    status, mine = call("post", f"{PATS}/{victim.scraper_id}/reissue", victim.session(), {})
    assert (status, works(answer["access_token"])) == (200, False)
    call("post", f"{PATS}/{stolen_id}/revoke", victim.session())
    assert works(mine["access_token"])


def session_thief(victim: Victim) -> tuple[dict, Loot]:
    """A session's pair was stolen: its holder refreshes, and makes tokens."""
    pair = sign_in(Client(), victim.user.email).json()
    loot = Loot([pair["access_token"]])
    loot.add(call("post", PATS, pair["access_token"], {"name": "heir"}))
    return pair, loot


@pytest.mark.parametrize("cure", END_EVERYTHING, ids=lambda cure: cure.__name__)
def test_each_cure_ends_a_stolen_session_and_all_that_it_made(victim, cure):
    pair, loot = session_thief(victim)
    cure(victim, "")
    assert [token for token in loot.strings if works(token)] == []
    assert refresh(Client(), pair["refresh_token"]).status_code == 401


def test_ending_a_stolen_session_alone_leaves_the_tokens_it_made(victim):
    """They are listed at /tokens/ like any other: the table says to end everything instead."""
    pair, loot = session_thief(victim)
    call("post", "/api/v1/logout", pair["access_token"])
    assert [works(token) for token in loot.strings] == [False, True]
    assert refresh(Client(), pair["refresh_token"]).status_code == 401


def test_a_new_password_ends_a_stolen_session(victim):
    pair, _ = session_thief(victim)
    caller = SERVICES.authenticate(victim.session(), now=clock())
    SERVICES.account.change_password(
        caller, PASSWORD, "wholly-unlikely-93", end_tokens=False, now=clock()
    )
    assert not works(pair["access_token"])
    assert refresh(Client(), pair["refresh_token"]).status_code == 401
    assert works(victim.scraper)


def test_a_stolen_session_ends_after_thirty_days_however_often_it_is_refreshed(victim):
    pair, _ = session_thief(victim)
    for _ in range(5):
        clock.advance(days=5)
        pair = refresh(Client(), pair["refresh_token"]).json()
    clock.advance(days=5)
    assert refresh(Client(), pair["refresh_token"]).json()["code"] == "session_expired"


def test_a_thief_and_the_victim_cannot_both_go_on_with_one_refresh_token(victim):
    """Whoever comes later than two minutes with the token that the other has spent ends it."""
    pair, _ = session_thief(victim)
    refresh(Client(), pair["refresh_token"])
    clock.advance(minutes=3)
    assert refresh(Client(), pair["refresh_token"]).json()["code"] == "refresh_token_reused"
    assert not works(pair["access_token"])


def test_a_thief_of_a_session_does_not_learn_or_change_the_password(victim):
    pair, _ = session_thief(victim)
    caller = SERVICES.authenticate(pair["access_token"], now=clock())
    for _ in range(12):
        with pytest.raises(Exception, match=r"invalid_credentials|rate_limited"):
            SERVICES.account.change_password(
                caller, "a guess", "wholly-unlikely-93", end_tokens=False, now=clock()
            )
    victim.user.refresh_from_db()
    assert victim.user.check_password(PASSWORD)


def test_the_rows_of_before_go_on_after_an_upgrade(victim):
    """Rows of before there were generations are of generation 0, and so are their users."""
    session = SessionFactory(user=victim.user, company=victim.company)
    assert (victim.user.generation, session.generation) == (0, 0)
    assert works(victim.scraper)
    request = PatRequest(name="new")
    caller = SERVICES.authenticate(victim.session(), now=clock())
    assert works(SERVICES.tokens.create(caller, request, now=clock()).token)


WRITES = [
    ("post", PATS, {}),
    ("post", f"{PATS}/{{}}/reissue", {}),
    ("post", f"{PATS}/{{}}/revoke", {}),
    ("post", "/api/v1/logout", None),
]


def test_a_stolen_read_only_token_reads_and_nothing_else_until_it_is_revoked(victim):
    stolen = victim.scraper
    reads = ["/api/v1/user", METRICS, PATS, f"{PATS}/{victim.scraper_id}"]
    assert {call("get", path, stolen)[0] for path in reads} == {200}
    for method, path, body in WRITES:
        status, answer = call(method, path.format(victim.scraper_id), stolen, body)
        assert (status, answer["code"]) == (403, "read_only_token"), path
    call("post", f"{PATS}/{victim.scraper_id}/revoke", victim.session())
    assert {call("get", path, stolen)[0] for path in reads} == {401}


def test_a_stolen_token_opens_no_page_and_no_account(victim):
    """Sessions and the password are a person's, at ``/tokens/``, and the admin is staff's."""
    _, loot = pat_thief(victim)
    session_id = Session.objects.filter(user=victim.user).values_list("pk", flat=True)[0]
    account, now = SERVICES.account, clock()
    acts = [
        lambda who: account.sessions(who, now=now),
        lambda who: account.end_session(who, session_id, now=now),
        lambda who: account.end_everything(who, now=now),
        lambda who: account.change_password(who, PASSWORD, "new", end_tokens=False, now=now),
    ]
    for token in (victim.scraper, *loot.strings[-1:]):
        for path in ("/tokens/", "/tokens/account/", "/admin/"):
            answer = Client().get(path, **bearer(token))
            assert answer["Location"].startswith("/tokens/sign-in/")
        caller = SERVICES.authenticate(token, now=now)
        for act in acts:
            with pytest.raises(RefusedError):
                act(caller)
    victim.user.refresh_from_db()
    assert victim.user.check_password(PASSWORD)
    assert works(victim.session())


def test_a_stolen_session_makes_tokens_as_long_as_any(victim):
    pair, _ = session_thief(victim)
    _, row = call("post", PATS, pair["access_token"], {})
    assert row["expires_at"] == "2026-06-16T12:00:00Z"  # 90 days


def test_what_a_dump_of_the_database_holds_opens_nothing(victim, client):
    """Hashes, digests and ids: none of them is what a door takes."""
    sign_in_form = {"email": victim.user.email, "password": PASSWORD}
    client.post("/tokens/sign-in/", sign_in_form)
    pair, _ = session_thief(victim)
    refresh(Client(), pair["refresh_token"])
    dump = {
        str(value)
        for model in apps.get_models()
        for row in model._default_manager.values()
        for value in row.values()
        if value
    }
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    secrets = {cookie, victim.scraper, pair["access_token"], pair["refresh_token"], PASSWORD}
    assert not secrets & dump
    long_enough = [value for value in dump if len(value) > 16]
    assert len(long_enough) > 10
    for value in long_enough:
        sent = value.encode("ascii", "replace").decode()
        assert call("get", "/api/v1/user", sent)[0] == 401, value
        assert refresh(Client(), value).status_code == 401, value
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = sent
        assert thief.get("/tokens/").status_code == 302, value
