"""What ends with a token that is revoked in the admin: told before, and after."""

from __future__ import annotations

import pytest

from adapters.orm.models import PersonalAccessToken, TokenEvent
from tests.admin.pages import form_of, messages_of, page
from tests.factories import OwnershipFactory, PersonalAccessTokenFactory
from tests.service import NOON

pytestmark = pytest.mark.django_db

NAME = "personalaccesstoken"


@pytest.fixture
def line():
    """A token, its child and grandchild, one of these revoked before, and a stranger."""
    owner = OwnershipFactory()
    held = {"user": owner.user, "company": owner.company}
    root = PersonalAccessTokenFactory(**held)
    child = PersonalAccessTokenFactory(**held, made_by_pat=root.pk)
    grandchild = PersonalAccessTokenFactory(**held, made_by_pat=child.pk)
    PersonalAccessTokenFactory(**held, made_by_pat=child.pk, revoked_at=NOON)
    PersonalAccessTokenFactory(**held)
    return root, child, grandchild


def _unrevoked() -> int:
    return PersonalAccessToken.objects.filter(revoked_at=None).count()


def test_a_tokens_page_says_how_many_end_with_it(client, root, line, clock):
    first, child, grandchild = line
    clock.advance(minutes=1)
    says = {
        first: "2 other tokens that were made with it end too.",
        child: "1 other token that was made with it ends too.",
    }
    for token, sentence in says.items():
        text = client.get(page(NAME, "revoke", token.pk)).content.decode()
        assert sentence in text
    assert "made with it" not in client.get(page(NAME, "revoke", grandchild.pk)).content.decode()
    response = client.post(page(NAME, "revoke", first.pk), follow=True)
    assert messages_of(response) == [
        "1 personal access token revoked. 2 more, made with what was revoked, ended too."
    ]
    assert _unrevoked() == 1
    assert TokenEvent.objects.filter(detail__revoked_with=str(first.pk)).count() == 2


def test_the_list_says_how_many_more_than_those_chosen(client, root, line, clock):
    """Of those chosen none is counted twice."""
    first, child, _ = line
    clock.advance(minutes=1)
    sent = {"action": "revoke_selected", "_selected_action": [first.pk, child.pk]}
    response = client.post(page(NAME), sent)
    text = response.content.decode()
    assert "Revoke 2 personal access tokens?" in text
    assert "1 other token that was made with them ends too." in text
    chosen = {**form_of(response, "revoke_form"), "_selected_action": [first.pk, child.pk]}
    response = client.post(page(NAME), chosen, follow=True)
    assert messages_of(response) == [
        "2 personal access tokens revoked. 1 more, made with what was revoked, ended too."
    ]
    assert _unrevoked() == 1


def test_chosen_with_all_its_line_there_are_no_others(client, root, line, clock):
    clock.advance(minutes=1)
    sent = {"action": "revoke_selected", "_selected_action": [token.pk for token in line]}
    assert "made with" not in client.post(page(NAME), sent).content.decode()
    response = client.post(page(NAME), {**sent, "confirmed": "yes"}, follow=True)
    assert messages_of(response) == ["3 personal access tokens revoked."]
