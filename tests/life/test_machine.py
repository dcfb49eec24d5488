"""The service and a plain model of the contract agree on every answer, whatever the order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.test import Client
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from adapters.orm.models import PersonalAccessToken
from adapters.orm.repositories.purge import chores
from api.errors import STATUS
from domain.events.event import Actor, Means, Origin
from domain.refusal import RefusedError
from domain.tokens.changes import FlagsRequest
from tests.factories import CompanyFactory, MembershipFactory, StaffFactory, UserFactory
from tests.life.api import PLATFORM, WHO, create, reissue, revoke, session_of, used, verdict
from tests.life.model import LIFETIME, OK, RETENTION, Answer, Flags, Pat, Person
from tests.service import NOON, SERVICES, clock
from tests.tokens import bearer

ADMIN = Actor(None, "root", Origin(Means.SHELL))
PEOPLE = st.sampled_from(["owner", "staff", "other staff"])
MAYBE = st.none() | st.booleans()
OVERLAPS = st.sampled_from([0, 0, 1, 60, 86_400])
STEPS = st.sampled_from(
    [
        timedelta(seconds=1),
        timedelta(seconds=59, microseconds=999_999),
        timedelta(minutes=1),
        timedelta(days=1),
        LIFETIME,
        RETENTION,
        RETENTION + timedelta(seconds=1),
    ]
)


class TokenLife(RuleBasedStateMachine):
    """One company, three people, and all that may happen to their tokens."""

    strings = Bundle("strings")

    def __init__(self) -> None:
        super().__init__()
        self.pats: list[tuple[Pat, str, str]] = []
        self.texts: list[str] = []
        self.example = transaction.atomic()
        self.example.__enter__()

    def teardown(self) -> None:
        """Nothing is left for the next example."""
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        clock.time = NOON
        self.company = CompanyFactory()
        self.users = {
            "owner": UserFactory(),
            "staff": StaffFactory(),
            "other staff": StaffFactory(),
        }
        MembershipFactory(user=self.users["owner"], company=self.company, role="owner")
        MembershipFactory(user=self.users["staff"], company=self.company)
        self.people = {
            "owner": Person(is_staff=False, is_member=True),
            "staff": Person(is_staff=True, is_member=True),
            "other staff": Person(is_staff=True, is_member=False),
        }

    def _session(self, who: str) -> Any:
        return session_of(self.users[who], self.company)

    def _number(self, response: dict[str, Any]) -> int:
        self.texts.append(response["access_token"])
        return len(self.texts) - 1

    @rule(
        target=strings,
        who=PEOPLE,
        read_only=st.booleans(),
        is_global=st.booleans(),
        seconds=st.sampled_from([60, 3600, None]),
    )
    def create(self, who, read_only, is_global, seconds):
        person = self.people[who]
        body = {"read_only": read_only, "access_global_metrics": is_global, "expires_in": seconds}
        expected = person.refusal
        if expected is None and is_global and not person.is_staff:
            expected = 403, "global_grant_not_allowed"
        if expected is not None:
            refused = Client().post(
                "/api/v1/personal-access-tokens",
                body,
                content_type="application/json",
                **self._session(who),
            )
            assert verdict(refused) == expected
            return multiple()
        row = create(self._session(who), **body)
        pat = Pat(person, Flags(read_only, is_global), clock(), person if is_global else None)
        lifetime = LIFETIME if seconds is None else timedelta(seconds=seconds)
        pat.issue(self._number(row), clock(), lifetime)
        self.pats.append((pat, row["id"], who))
        return len(self.pats) - 1, pat.present

    @rule(string=strings, everywhere=st.booleans())
    def use(self, string, everywhere):
        index, number = string
        pat, _, _ = self.pats[index]
        call = pat.scrape_all if everywhere else pat.whoami
        expected = call(number, clock())
        assert used(self.texts[number], PLATFORM if everywhere else WHO) == expected

    @rule(
        target=strings,
        string=strings,
        by_itself=st.booleans(),
        overlap=OVERLAPS,
        read_only=MAYBE,
        is_global=MAYBE,
    )
    def reissue(self, string, by_itself, overlap, read_only, is_global):
        index, number = string
        pat, pat_id, who = self.pats[index]
        bearer_of = bearer(self.texts[number]) if by_itself else self._session(who)
        body = {"overlap_seconds": overlap}
        if read_only is not None:
            body["read_only"] = read_only
        if is_global is not None:
            body["access_global_metrics"] = is_global
        expected = pat.reissue_by(
            number if by_itself else None,
            len(self.texts),
            clock(),
            overlap=timedelta(seconds=overlap),
            read_only=read_only,
            is_global=is_global,
        )
        response = reissue(bearer_of, pat_id, **body)
        assert verdict(response) == expected
        if expected != OK:
            return multiple()
        return index, self._number(response.json())

    @rule(string=strings, read_only=st.booleans(), is_global=st.booleans(), grantor=PEOPLE)
    def change_flags(self, string, read_only, is_global, grantor):
        pat, pat_id, _ = self.pats[string[0]]
        flags = Flags(read_only, is_global)
        expected = pat.change_flags(flags, grantor=self.people[grantor])
        assert self._administered(pat_id, flags, grantor) == expected

    def _administered(self, pat_id: str, flags: Flags, grantor: str) -> Answer:
        request = FlagsRequest(flags.read_only, flags.is_global)
        giver = self.users[grantor].pk if flags.is_global else None
        try:
            SERVICES.administer.change_flags(
                ADMIN, UUID(pat_id), request, granted_by=giver, now=clock()
            )
        except RefusedError as exc:
            return STATUS[exc.reason], exc.reason.code
        return OK

    @rule(string=strings)
    def revoke(self, string):
        pat, pat_id, who = self.pats[string[0]]
        assert verdict(revoke(self._session(who), pat_id)) == pat.revoke(clock())

    @rule(who=PEOPLE, is_staff=st.booleans())
    def promote_or_demote(self, who, is_staff):
        self.users[who].is_staff = self.people[who].is_staff = is_staff
        self.users[who].save()

    @rule(who=PEOPLE, is_active=st.booleans())
    def activate_or_deactivate(self, who, is_active):
        self.users[who].is_active = self.people[who].is_active = is_active
        self.users[who].save()

    @rule(step=STEPS)
    def wait(self, step):
        clock.time += step

    @rule()
    def purge(self):
        for chore in chores(now=clock(), retention=RETENTION):
            chore.run(batch=2, report=lambda _name, _count: None)
        for pat, _, _ in self.pats:
            pat.purge(clock())

    @rule(string=consumes(strings))
    def forget(self, string):
        """Somebody loses a string, so that others are drawn more often."""

    @invariant()
    def rows_are_as_the_model_says(self):
        rows = {str(row.pk): row for row in PersonalAccessToken.objects.all()}
        alive = {pat_id: pat for pat, pat_id, _ in self.pats if not pat.gone}
        assert rows.keys() == alive.keys()
        for pat_id, pat in alive.items():
            row = rows[pat_id]
            assert (row.read_only, row.access_global_metrics) == (
                pat.flags.read_only,
                pat.flags.is_global,
            )
            assert row.expires_at == pat.expires_at
            assert (row.revoked_at is None) is (pat.revoked_at is None)
            assert (row.granted_by_id is None) is (pat.grantor is None)


def test_the_service_and_the_model_agree(db):
    """On whichever database the suite runs."""
    run_state_machine_as_test(
        TokenLife,
        settings=settings(max_examples=50, stateful_step_count=30, report_multiple_bugs=False),
    )
