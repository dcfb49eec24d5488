"""Adding a token for anybody."""

from __future__ import annotations

import logging
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from adapters.orm.models import PersonalAccessToken, TokenEvent
from tests.admin.pages import form_of, messages_of, page, token_in
from tests.factories import (
    CompanyFactory,
    MembershipFactory,
    OwnershipFactory,
    StaffFactory,
    UserFactory,
)
from tests.tokens import bearer

pytestmark = pytest.mark.django_db

NAME = "personalaccesstoken"

DAY = 24 * 3600


@pytest.fixture
def owner():
    return OwnershipFactory()


@pytest.fixture
def adder(staff, allow):
    """Staff who may add tokens and see whose they could be, and nothing else."""
    allow(staff, "add_personalaccesstoken", "view_user", "view_company")
    return staff


def _add(client, owner, **changed):
    shown = form_of(client.get(_url()), "token_form")
    wanted = {"user": owner.user_id, "company": owner.company_id, "name": "prometheus"}
    return client.post(_url(), {**shown, **wanted, **changed})


def _url() -> str:
    return page("personalaccesstoken", "add")


def test_a_token_is_made_and_its_string_works(client, root, owner, clock):
    response = _add(client, owner, expires_in=7 * DAY)
    row = PersonalAccessToken.objects.get()
    assert (row.user, row.company, row.name) == (owner.user, owner.company, "prometheus")
    assert (row.read_only, row.access_global_metrics) == (True, False)
    assert (row.expires_at - clock()).total_seconds() == 7 * DAY
    client.logout()
    assert client.get("/api/v1/metrics", **bearer(token_in(response))).status_code == 200


def test_the_string_is_in_that_answer_and_nowhere_else(client, root, owner, caplog):
    caplog.set_level(logging.DEBUG)
    response = _add(client, owner)
    token = token_in(response)
    assert response.status_code == 200  # the answer itself: no redirect carries it
    assert "no-store" in response["Cache-Control"]
    row = PersonalAccessToken.objects.get()
    pages = [page("personalaccesstoken", "change", row.pk), page("personalaccesstoken")]
    kept = [client.get(url).content.decode() for url in pages]
    kept += [str(dict(client.session.items())), str(client.cookies), caplog.text]
    kept += [str(list(LogEntry.objects.values())), str(list(TokenEvent.objects.values()))]
    assert not any(token in text for text in kept)


def test_the_page_has_the_lines_for_prometheus_and_copies(client, root, owner):
    text = _add(client, owner).content.decode()
    assert "metrics_path: /api/v1/metrics\n" in text
    assert '- targets: ["testserver"]' in text
    assert 'data-copy="token"' in text
    assert 'data-copy="lines"' in text
    text = _add(client, owner, access_global_metrics="on").content.decode()
    assert "metrics_path: /api/v1/metrics/all\n" in text


def test_it_is_accounted_for(client, root, owner):
    _add(client, owner, access_global_metrics="on")
    events = TokenEvent.objects.values_list("kind", "actor_id", "means", "address")
    acted = (root.pk, "admin", "127.0.0.1")
    assert set(events) == {("issued", *acted), ("granted", *acted)}
    assert LogEntry.objects.get().get_change_message() == "Issued."


def test_a_form_sent_again_makes_no_second_token(client, root, owner):
    shown = form_of(client.get(_url()), "token_form")
    sent = {**shown, "user": owner.user_id, "company": owner.company_id}
    client.post(_url(), sent)
    again = client.post(_url(), sent, follow=True)
    assert "nothing was made a second time" in messages_of(again)[0]
    assert PersonalAccessToken.objects.count() == 1


def test_a_form_that_was_never_shown_makes_no_token(client, root, owner):
    sent = {"user": owner.user_id, "company": owner.company_id, "expires_in": DAY}
    client.post(_url(), {**sent, "form_id": "invented"})
    assert not PersonalAccessToken.objects.exists()


def _stranger():
    return UserFactory().pk, CompanyFactory().pk


def _inactive():
    owner = OwnershipFactory(user__is_active=False)
    return owner.user_id, owner.company_id


def _disabled():
    owner = OwnershipFactory(is_enabled=False)
    return owner.user_id, owner.company_id


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (
            _stranger,
            "The token&#x27;s user is not a member of the company. Add a membership first.",
        ),
        (_inactive, "The token&#x27;s user is deactivated. Activate the user first."),
        (_disabled, "membership of the company is disabled. Enable it first."),
    ],
)
def test_a_refusal_is_said_on_the_form(client, root, owner, make, says):
    user, company = make()
    response = _add(client, owner, user=user, company=company, name="kept")
    assert says in response.content.decode()
    assert not PersonalAccessToken.objects.exists()
    again = form_of(response, "token_form")
    assert (again["name"], again["user"]) == ("kept", str(user))
    assert (
        "Copy the token now"
        in client.post(
            _url(), {**again, "user": owner.user_id, "company": owner.company_id}
        ).content.decode()
    )


def test_too_many_tokens_are_an_error_on_the_form(client, root, owner, monkeypatch):
    monkeypatch.setattr("domain.tokens.adding.LIVE_TOKEN_LIMIT", 1)
    _add(client, owner)
    assert "Revoke one first." in _add(client, owner).content.decode()
    assert PersonalAccessToken.objects.count() == 1


@pytest.mark.parametrize(
    "wrong", [{"user": ""}, {"company": "x"}, {"user": 10**30}, {"expires_in": 10**9}]
)
def test_what_is_wrong_is_said_at_its_field(client, root, owner, wrong):
    response = _add(client, owner, **wrong)
    assert set(response.context["adminform"].form.errors) == set(wrong)
    assert not PersonalAccessToken.objects.exists()


def test_staff_may_have_one_in_any_company(client, root, owner):
    _add(client, owner, user=StaffFactory().pk)
    assert PersonalAccessToken.objects.get().company == owner.company


def test_adding_takes_its_permission(client, staff, allow, owner):
    allow(staff, "view_personalaccesstoken", "change_personalaccesstoken", "grant_global_metrics")
    assert client.get(_url()).status_code == 403
    assert client.post(_url(), {"user": owner.user_id}).status_code == 403


def test_adding_alone_is_enough(client, adder, owner):
    """No way leads to a page that takes more."""
    assert f'href="{page("personalaccesstoken")}"' not in client.get(_url()).content.decode()
    response = _add(client, owner)
    assert PersonalAccessToken.objects.filter(user=owner.user).count() == 1
    assert f'href="{reverse("admin:index")}" class="button"' in response.content.decode()


@pytest.mark.parametrize("seen", [(), ("view_user",), ("view_company",)])
def test_nobody_names_by_an_id_whom_they_may_not_see(client, staff, allow, owner, seen):
    allow(staff, "add_personalaccesstoken", *seen)
    sent = {"user": owner.user_id, "company": owner.company_id, "read_only": "on"}
    for response in (client.get(_url()), client.post(_url(), sent)):
        assert response.status_code == 403
        assert "it takes the permissions “Can view user” and" in response.content.decode()
    assert not PersonalAccessToken.objects.exists()


def _choices(client, field, term=""):
    query = {"app_label": "shellui", "model_name": NAME, "field_name": field, "term": term}
    return client.get("/admin/autocomplete/", query)


def test_those_whom_one_may_not_act_for_cannot_be_chosen_and_it_says_why(client, adder, owner):
    other = StaffFactory(email="boss@example.test")
    (found,) = _choices(client, "user", "boss").json()["results"]
    assert (found["id"], found["disabled"]) == (str(other.pk), True)
    assert found["text"].startswith("boss@example.test: Tokens of staff are made and changed by")
    for user in (owner.user, adder):
        (found,) = _choices(client, "user", user.email).json()["results"]
        assert found == {"id": str(user.pk), "text": user.email}
    (found,) = _choices(client, "company", owner.company.slug).json()["results"]
    assert found["id"] == str(owner.company_id)


def test_what_one_may_not_see_is_no_choice(client, staff, allow, owner):
    allow(staff, "add_personalaccesstoken")
    for field in ("user", "company"):
        assert _choices(client, field).status_code == 403


def test_without_the_grant_the_box_is_disabled_and_cannot_be_ticked(client, adder, owner):
    response = client.get(_url())
    assert response.context["adminform"].form.fields["access_global_metrics"].disabled
    assert "You cannot change this: it takes the permission" in response.content.decode()
    _add(client, owner, access_global_metrics="on")
    row = PersonalAccessToken.objects.get()
    assert (row.access_global_metrics, row.granted_by) == (False, None)


def test_with_the_grant_the_flag_is_in_ones_name(client, adder, allow, owner, clock):
    allow(adder, "grant_global_metrics")
    _add(client, owner, access_global_metrics="on")
    row = PersonalAccessToken.objects.get()
    assert (row.access_global_metrics, row.granted_by, row.granted_at) == (True, adder, clock())


def test_users_and_companies_are_searched_for(client, root, owner):
    """Not listed: there may be 100,000."""
    text = client.get(_url()).content.decode()
    assert text.count('class="admin-autocomplete"') == 2
    assert owner.user.email not in text


def test_a_token_that_no_scrape_is_for_has_no_lines_for_prometheus(client, root):
    """A plain member's: the page says why, and the scrape is refused with the same words."""
    member = MembershipFactory()
    response = _add(client, member)
    text = unescape(response.content.decode())
    assert "metrics_path" not in text
    client.logout()
    refused = client.get("/api/v1/metrics", **bearer(token_in(response)))
    assert refused.status_code == 403
    assert f"a scrape with it is refused: {refused.json()['detail']}" in text


def test_a_member_s_token_with_the_global_flag_has_the_lines_for_every_company(client, root):
    response = _add(client, MembershipFactory(), access_global_metrics="on")
    assert "metrics_path: /api/v1/metrics/all\n" in response.content.decode()
    client.logout()
    answer = client.get("/api/v1/metrics/all", **bearer(token_in(response)))
    assert answer.status_code == 200
