"""What administrators do to anybody's tokens."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from adapters.orm.models import PersonalAccessToken, TokenEvent
from domain.administrator import Administrator
from domain.events.event import Actor, Means, Origin
from domain.manage_tokens import PatRequest, ReissueRequest
from domain.refusal import RefusalReason, RefusedError
from tests.factories import CompanyFactory, PersonalAccessTokenFactory
from tests.helpers.people import member_of
from tests.life.api import GOOD, PLATFORM, REVOKED, kinds, used
from tests.service import NOON

BY = Administrator(Actor(7, "admin@acme.test", Origin(Means.ADMIN, "192.0.2.1")))


def refusal(call, *args, **options):
    with pytest.raises(RefusedError) as caught:
        call(*args, **options)
    assert "You " not in caught.value.detail  # it is said to an administrator, of somebody else
    return caught.value.reason


@pytest.fixture
def account(company):
    """A service account: a member, and no staff."""
    return member_of(company, user__email="prometheus@acme.test")


@pytest.fixture
def issue(administer, account, company):
    def issue(request=None, **options):
        place = {"user_id": account.pk, "company_id": company.pk, **options}
        return administer.issue(BY, request or PatRequest(), now=NOON, **place)

    return issue


def test_the_service_account_case(issue, staff, account):
    request = PatRequest(name="prometheus", read_only=True, access_global_metrics=True)
    issued = issue(request, giver_id=staff.pk)
    assert used(issued.token, PLATFORM) == GOOD
    row = PersonalAccessToken.objects.get()
    assert (row.user, row.granted_by, row.granted_at) == (account, staff, NOON)
    event = TokenEvent.objects.get(kind="granted")
    assert (event.actor_id, event.actor_name, event.means) == (7, "admin@acme.test", "admin")
    assert event.address == "192.0.2.1"
    assert event.detail["granted_by_email"] == "staff@acme.test"
    assert (event.user_id, event.user_email) == (account.pk, "prometheus@acme.test")


def test_a_giver_without_a_flag_gives_nothing(issue, staff):
    issued = issue(giver_id=staff.pk)
    row = PersonalAccessToken.objects.get(pk=issued.record.id)
    assert (row.granted_by, row.granted_at) == (None, None)
    assert kinds(issued.record.id) == ["issued"]


def test_nobody_who_could_not_use_it_gets_one(issue, account, company):
    flagged = PatRequest(access_global_metrics=True)
    assert refusal(issue, flagged) is RefusalReason.GLOBAL_GRANT_NOT_ALLOWED
    elsewhere = {"company_id": CompanyFactory().pk}
    assert refusal(issue, **elsewhere) is RefusalReason.MEMBERSHIP_REQUIRED
    assert refusal(issue, company_id=10**9) is RefusalReason.COMPANY_NOT_FOUND
    assert refusal(issue, user_id=10**9) is RefusalReason.USER_INACTIVE
    account.memberships.update(is_enabled=False)
    assert refusal(issue) is RefusalReason.MEMBERSHIP_DISABLED
    account.is_active = False
    account.save()
    assert refusal(issue) is RefusalReason.USER_INACTIVE
    assert not PersonalAccessToken.objects.exists()


def test_staff_need_no_membership(issue, staff):
    assert used(issue(user_id=staff.pk).token) == GOOD


def test_a_re_issue_may_ask_for_less_than_the_full_life(administer, issue):
    issued = issue()
    request = ReissueRequest(expires_in=timedelta(days=1))
    again = administer.reissue(BY, issued.record.id, request, now=NOON)
    assert again.record.expires_at == NOON + timedelta(days=1)
    too_long = ReissueRequest(expires_in=timedelta(days=91))
    with pytest.raises(ValueError, match="at most"):
        administer.reissue(BY, issued.record.id, too_long, now=NOON)


@pytest.mark.parametrize("overlap", [timedelta(days=1, seconds=1), timedelta(seconds=-1)])
def test_an_overlap_out_of_bounds(overlap):
    with pytest.raises(ValueError, match="overlap"):
        ReissueRequest(overlap=overlap)


def test_a_re_issue_for_somebody_who_left(administer, issue, account):
    issued = issue()
    account.memberships.all().delete()
    call = (administer.reissue, BY, issued.record.id, ReissueRequest())
    assert refusal(*call, now=NOON) is RefusalReason.MEMBERSHIP_REQUIRED


def test_a_token_that_is_not_there(administer, db):
    for call, more in ((administer.reissue, (ReissueRequest(),)), (administer.revoke, ())):
        reason = refusal(call, BY, uuid4(), *more, now=NOON)
        assert reason is RefusalReason.TOKEN_NOT_FOUND


def test_too_many(issue, account, company):
    PersonalAccessTokenFactory.create_batch(100, user=account, company=company)
    assert refusal(issue) is RefusalReason.TOO_MANY_TOKENS


def test_a_revocation_is_for_good_and_accounted_for_once(administer, issue):
    issued = issue()
    first = administer.revoke(BY, issued.record.id, now=NOON)
    again = administer.revoke(BY, issued.record.id, now=NOON + timedelta(hours=1))
    assert first == again
    assert used(issued.token) == REVOKED
    assert kinds(issued.record.id) == ["issued", "revoked"]


def test_all_of_a_company(administer, company):
    PersonalAccessTokenFactory.create_batch(5, company=company)
    other = PersonalAccessTokenFactory()
    assert administer.count_unrevoked(company_id=company.pk) == 5
    assert administer.revoke_all(BY, company_id=company.pk, now=NOON) == 5
    assert PersonalAccessToken.objects.get(revoked_at=None) == other
    assert TokenEvent.objects.filter(kind="revoked").count() == 5


def test_everything_is_never_revoked_by_mistake(administer, db):
    with pytest.raises(ValueError, match="name a user or a company"):
        administer.revoke_all(BY, now=NOON)
    with pytest.raises(ValueError, match="name a user or a company"):
        administer.count_unrevoked()
