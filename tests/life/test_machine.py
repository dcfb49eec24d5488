"""The service and a plain model of what is promised agree on every answer, whatever the order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from adapters.orm.models import PersonalAccessToken
from adapters.orm.purge import chores
from api.errors import STATUS
from domain.administrator import Administrator
from domain.events.event import Actor, Means, Origin
from domain.refusal import RefusedError
from domain.tokens.changes import FlagsRequest
from tests.factories import CompanyFactory, MembershipFactory, StaffFactory, UserFactory
from tests.life.api import (
    PLATFORM,
    TOKENS,
    WHO,
    post,
    reissue,
    revoke,
    session_of,
    used,
    verdict,
)
from tests.life.model import LIFETIME, OK, RETENTION, Answer, Flags, Pat, Person
from tests.service import NOON, SERVICES, clock
from tests.tokens import bearer

ADMIN = Administrator(Actor(None, "root", Origin(Means.SHELL)))
PEOPLE = st.sampled_from(["owner", "staff", "other staff"])
MAYBE = st.sampled_from([None, None, None, False, True])
OVERLAPS = st.sampled_from([0, 60, 60, 3600, 86_400])
STRINGS = st.sampled_from(["present", "present", "before", "before", "newest", "any"])
STEPS = st.sampled_from(
    [
        timedelta(seconds=1),
        timedelta(seconds=58, microseconds=999_999),
        timedelta(seconds=59),
        timedelta(minutes=1),
        timedelta(minutes=59),
        timedelta(days=1),
        LIFETIME,
        RETENTION,
        RETENTION + timedelta(seconds=1),
    ]
)
PATS = st.integers(0, 2)
MOST_PATS = 3
HAS_PATS = precondition(lambda self: self.pats)


class TokenLife(RuleBasedStateMachine):
    """One company, three people, and all that may happen to their tokens."""

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
        for who in ("owner", "staff"):  # something to begin with
            self.create(who=who, read_only=False, is_global=False, seconds=None)
        self.change_flags(pat=1, read_only=False, is_global=True, grantor="other staff")

    def _session(self, who: str) -> Any:
        return session_of(self.users[who], self.company)

    def _number(self, response: dict[str, Any]) -> int:
        self.texts.append(response["access_token"])
        return len(self.texts) - 1

    def _choose(self, pat: int, string: str, any_of: int) -> tuple[Pat, str, str, int]:
        """A token and one of the strings it ever had."""
        model, pat_id, who = self.pats[pat % len(self.pats)]
        numbers = sorted(model.strings)
        number = {
            "present": model.present,
            "before": numbers[-2:][0],
            "newest": numbers[-1],
            "any": numbers[any_of % len(numbers)],
        }[string]
        return model, pat_id, who, numbers[-1] if number is None else number

    @precondition(lambda self: len(self.pats) < MOST_PATS)
    @rule(
        who=PEOPLE,
        read_only=st.booleans(),
        is_global=st.booleans(),
        seconds=st.sampled_from([60, 3600, None, None]),
    )
    def create(self, who, read_only, is_global, seconds):
        person = self.people[who]
        body = {"read_only": read_only, "access_global_metrics": is_global, "expires_in": seconds}
        response = post(TOKENS, self._session(who), body)
        expected = person.refusal
        if expected is None and is_global and not person.is_staff:
            expected = 403, "global_grant_not_allowed"
        assert verdict(response) == (expected or (201, None))
        if expected is None:
            pat = Pat(person, Flags(read_only, is_global), clock(), person if is_global else None)
            lifetime = LIFETIME if seconds is None else timedelta(seconds=seconds)
            pat.issue(self._number(response.json()), clock(), lifetime)
            self.pats.append((pat, response.json()["id"], who))

    @HAS_PATS
    @rule(pat=PATS, string=STRINGS, any_of=st.integers(0, 9), everywhere=st.booleans())
    def use(self, pat, string, any_of, everywhere):
        model, _, _, number = self._choose(pat, string, any_of)
        call = model.scrape_all if everywhere else model.whoami
        expected = call(number, clock())
        assert used(self.texts[number], PLATFORM if everywhere else WHO) == expected

    @HAS_PATS
    @rule(
        pat=PATS,
        string=STRINGS,
        any_of=st.integers(0, 9),
        by_itself=st.booleans(),
        overlap=OVERLAPS,
        read_only=MAYBE,
        is_global=MAYBE,
    )
    def reissue(self, *, pat, string, any_of, by_itself, overlap, read_only, is_global):
        model, pat_id, who, number = self._choose(pat, string, any_of)
        flags = {"read_only": read_only, "access_global_metrics": is_global}
        said = {name: value for name, value in flags.items() if value is not None}
        bearer_of = bearer(self.texts[number]) if by_itself else self._session(who)
        response = reissue(bearer_of, pat_id, overlap_seconds=overlap, **said)
        assert verdict(response) == model.reissue_by(
            number if by_itself else None,
            len(self.texts),
            clock(),
            overlap=timedelta(seconds=overlap),
            read_only=read_only,
            is_global=is_global,
        )
        if response.status_code == OK[0]:
            self._number(response.json())

    @HAS_PATS
    @rule(pat=PATS, read_only=st.booleans(), is_global=st.booleans(), grantor=PEOPLE)
    def change_flags(self, pat, read_only, is_global, grantor):
        model, pat_id, _ = self.pats[pat % len(self.pats)]
        flags = Flags(read_only, is_global)
        expected = model.change_flags(flags, grantor=self.people[grantor])
        assert self._administered(pat_id, flags, grantor) == expected

    def _administered(self, pat_id: str, flags: Flags, grantor: str) -> Answer:
        request = FlagsRequest(flags.read_only, flags.is_global)
        giver = self.users[grantor].pk if flags.is_global else None
        try:
            SERVICES.administer.change_flags(
                ADMIN, UUID(pat_id), request, giver_id=giver, now=clock()
            )
        except RefusedError as exc:
            return STATUS[exc.reason], exc.reason.code
        return OK

    @HAS_PATS
    @rule(pat=PATS, really=st.integers(0, 3))
    def revoke(self, pat, really):
        if really == 0:  # what is revoked is of little interest afterwards
            model, pat_id, who = self.pats[pat % len(self.pats)]
            assert verdict(revoke(self._session(who), pat_id)) == model.revoke(clock())

    @rule(who=PEOPLE, column=st.sampled_from(["is_staff", "is_active"]), back=st.booleans())
    def demote_or_promote(self, who, column, back):
        """More often back to what they were than away from it."""
        usual = column == "is_active" or who != "owner"
        value = usual if back else not getattr(self.people[who], column)
        self.people[who].be(column, value=value)
        setattr(self.users[who], column, value)
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
        settings=settings(max_examples=120, stateful_step_count=50, report_multiple_bugs=False),
    )
