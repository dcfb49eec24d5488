"""The pages say what a token can do for this very person: what the API answers to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from itertools import product
from typing import Any

import pytest
import yaml
from django.test import Client

from adapters.orm.models import Company, Membership, PersonalAccessToken, User
from tests.factories import (
    PASSWORD,
    CompanyFactory,
    MembershipFactory,
    OwnershipFactory,
    PersonalAccessTokenFactory,
    StaffFactory,
)
from tests.pages.conftest import token_in
from tests.service import NOON
from tests.tokens import bearer, pat_token

pytestmark = pytest.mark.django_db

NEW = {"name": "prometheus", "read_only": "on", "expires_in": 24 * 3600}


def staff(_company):
    return StaffFactory()


def disabled_staff(company):
    return MembershipFactory(company=company, user=StaffFactory(), is_enabled=False).user


def owner(company):
    return OwnershipFactory(company=company).user


def member(company):
    return MembershipFactory(company=company).user


PEOPLE = [staff, disabled_staff, owner, member]
CELLS = [
    pytest.param(*cell, id=f"{cell[0].__name__}-{'ro' if cell[1] else 'rw'}-{cell[2]}")
    for cell in product(PEOPLE, (True, False), ("none", "live", "lapsed"))
]


@dataclass(frozen=True)
class Visit:
    """Somebody at ``/tokens/``."""

    client: Client
    company: Company
    user: User

    def signs_in(self) -> None:
        fields = {"email": self.user.email, "company_id": self.company.id}
        self.client.post("/tokens/sign-in/", {**fields, "password": PASSWORD})

    def page(self, path: str = "/tokens/") -> str:
        return unescape(self.client.get(path).content.decode())

    def says(self) -> list[str]:
        """What the page says the tokens can do."""
        return re.findall(r"<li>([^<]+)</li>", self.page())

    def has(self, **columns: Any) -> PersonalAccessToken:
        return PersonalAccessTokenFactory(user=self.user, company=self.company, **columns)

    def sends(self, path: str = "/tokens/new/", **fields: Any) -> Any:
        """The page's form, sent once."""
        form_id = re.search(r'name="form_id" value="([^"]+)"', self.page(path))[1]
        return self.client.post(path, {**fields, "form_id": form_id})

    def answers(self, token: str) -> tuple[Any, Any]:
        """Those of the two metrics routes."""
        paths = ("/api/v1/metrics", "/api/v1/metrics/all")
        one, every = (self.client.get(path, **bearer(token)) for path in paths)
        return one, every


@pytest.fixture
def visit(client, db):
    """Somebody of a kind signs in."""

    def sign_in(kind):
        company = CompanyFactory()
        user = kind(company)
        here = Visit(client, company, user)
        here.signs_in()
        return here

    return sign_in


def granted(grant: str) -> dict[str, Any]:
    if grant == "none":
        return {}
    giver = StaffFactory(is_active=grant == "live")
    return {"access_global_metrics": True, "granted_by": giver, "granted_at": NOON}


@pytest.mark.parametrize(("kind", "read_only", "grant"), CELLS)
def test_the_list_says_what_the_api_answers(visit, kind, read_only, grant):
    here = visit(kind)
    row = here.has(read_only=read_only, **granted(grant))
    token = pat_token(row)
    said, (one, every) = here.says(), here.answers(token)
    assert (f"Read the metrics of {here.company.slug}." in said) is (one.status_code == 200)
    reads_all = any(line.startswith("Read the metrics of every company") for line in said)
    assert reads_all is (every.status_code == 200)
    path = f"/api/v1/personal-access-tokens/{row.id}/revoke"
    changed = here.client.post(path, **bearer(token)).status_code == 200
    assert ("Change nothing." in said) is not changed
    for answer in (one, every):
        refusal = {} if answer.status_code == 200 else answer.json()
        expected = refusal and refusal["code"] != "global_flag_required"  # nobody asked for it
        assert any(refusal.get("detail", "?") in line for line in said) is bool(expected)


@pytest.mark.parametrize(
    ("grant", "tag"), [("live", "every company"), ("lapsed", "grant lapsed"), ("none", None)]
)
def test_the_list_tags_a_grant_by_what_it_is_worth(visit, grant, tag):
    here = visit(owner)
    here.has(**granted(grant))
    found = re.findall(r'<span class="tag[^"]*">(every company|grant lapsed)<', here.page())
    assert found == ([tag] if tag else [])


@pytest.mark.parametrize("kind", PEOPLE)
def test_only_whom_a_scrape_is_for_is_told_of_prometheus(visit, kind):
    """Before the token is made, and beside its string."""
    here, scrapes = visit(kind), kind is not member
    assert ("Enough for Prometheus." in here.page("/tokens/new/")) is scrapes
    response = here.sends(**NEW)
    made, (one, _) = response.content.decode(), here.answers(token_in(response))
    assert ("metrics_path: /api/v1/metrics\n" in made) is scrapes
    assert ("It is of no use to Prometheus" in made) is not scrapes
    assert one.status_code == (200 if scrapes else 403)


def test_a_string_with_the_global_flag_scrapes_every_company(visit):
    here = visit(staff)
    response = here.sends(**NEW, access_global_metrics="on")
    lines = re.search(r"<pre[^>]*><code>(.*?)</code>", response.content.decode(), re.DOTALL)[1]
    (job,) = yaml.safe_load(lines)["scrape_configs"]
    assert job["metrics_path"] == "/api/v1/metrics/all"
    assert [a.status_code for a in here.answers(token_in(response))] == [200, 200]


@pytest.mark.parametrize("kind", [owner, member])
def test_a_lapsed_grant_is_said_before_a_reissue_and_gone_after_it(visit, kind):
    here = visit(kind)
    path = f"/tokens/{here.has(**granted('lapsed')).id}/reissue/"
    assert "is not active staff any more" in here.page(path)
    response = here.sends(path, overlap_seconds=0)
    assert not PersonalAccessToken.objects.get().access_global_metrics
    assert "every company" not in response.content.decode()


def test_a_grant_lapses_on_the_page_the_moment_it_lapses(visit):
    """The giver leaves between two looks at the page."""
    here = visit(owner)
    row = here.has(**granted("live"))
    assert "for as long as the staff user who granted that is active staff" in here.page()
    User.objects.filter(pk=row.granted_by_id).update(is_staff=False)
    page = here.page()
    assert "for as long as" not in page
    assert "Active staff must grant it again" in page


@pytest.mark.parametrize("lost", ["disabled", "gone"])
def test_whoever_lost_their_place_is_told_that_their_tokens_did_too(visit, lost):
    here = visit(owner)
    token = pat_token(here.has())
    places = Membership.objects.filter(user=here.user)
    places.update(is_enabled=False) if lost == "disabled" else places.delete()
    page, (answer, _) = here.client.get("/tokens/"), here.answers(token)
    assert (page.status_code, answer.status_code) == (403, 403)
    said = unescape(page.content.decode())
    assert answer.json()["detail"] in said
    assert "your tokens for this company are refused as well" in said
    assert "Back to your tokens" not in said


def test_a_refusal_of_one_token_says_nothing_of_the_others(visit):
    here = visit(owner)
    said = here.page(f"/tokens/{PersonalAccessTokenFactory(company=here.company).id}/revoke/")
    assert "refused as well" not in said
    assert "Back to your tokens" in said


@pytest.mark.parametrize(
    ("column", "says"),
    [
        ("flags_changed_at", "No string of it works. The token's flags were changed"),
        ("expires_at", "It can do nothing until it is re-issued."),
        ("revoked_at", '<span class="tag revoked">'),
    ],
)
def test_a_token_that_no_string_works_for_can_do_nothing(visit, column, says):
    here = visit(owner)
    here.has(**{column: NOON})
    assert here.says() == []
    assert says in here.page()


def test_after_all_credentials_were_ended_a_token_can_do_nothing_until_its_reissue(visit):
    """Its row lives on, and says what the API says to its string."""
    here = visit(owner)
    row = here.has()
    token = pat_token(row)
    User.objects.filter(pk=here.user.pk).update(generation=1)
    here.signs_in()
    (answer, _) = here.answers(token)
    assert answer.json()["code"] == "credentials_ended"
    assert here.says() == []
    assert f"No string of it works. {answer.json()['detail']}" in here.page()
    assert '<span class="tag ended">ended with all of your credentials</span>' in here.page()
    response = here.sends(f"/tokens/{row.id}/reissue/", overlap_seconds=0)
    assert here.says() != []
    assert here.answers(token_in(response))[0].status_code == 200
