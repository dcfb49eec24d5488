"""Revoking all tokens of a user, or of a company."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry

from adapters.orm.models import PersonalAccessToken, TokenEvent
from tests.admin.pages import messages_of, page
from tests.factories import OwnershipFactory, PersonalAccessTokenFactory
from tests.service import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("name", ["user", "company"])]


@pytest.fixture
def held(name):
    """A user or a company with two tokens, one expired, and a revoked one; and others' tokens."""
    owner = OwnershipFactory()
    holder = getattr(owner, name)
    PersonalAccessTokenFactory(**{name: holder})
    PersonalAccessTokenFactory(**{name: holder}, expires_at=NOON)
    PersonalAccessTokenFactory(**{name: holder}, revoked_at=NOON)
    PersonalAccessTokenFactory.create_batch(2)
    return holder


def _unrevoked():
    return PersonalAccessToken.objects.filter(revoked_at=None)


def test_the_page_asks_with_the_number(client, root, held, name):
    url = page(name, "revoke_tokens", held.pk)
    assert f'href="{url}"' in client.get(page(name, "change", held.pk)).content.decode()
    text = client.get(url).content.decode()
    assert f"Revoke 2 personal access tokens of {held}?" in text
    assert "This cannot be undone." in text
    assert _unrevoked().count() == 4


def test_confirmed_all_of_them_stop_and_no_others(client, root, held, name, clock):
    clock.advance(minutes=5)
    response = client.post(page(name, "revoke_tokens", held.pk), follow=True)
    assert messages_of(response) == ["2 personal access tokens revoked."]
    assert response.redirect_chain == [(page(name, "change", held.pk), 302)]
    assert not _unrevoked().filter(**{name: held}).exists()
    assert _unrevoked().count() == 2
    assert PersonalAccessToken.objects.filter(revoked_at=NOON).count() == 1


def test_it_is_accounted_for(client, root, held, name):
    client.post(page(name, "revoke_tokens", held.pk))
    events = list(TokenEvent.objects.values_list("kind", "actor_id", "means"))
    assert events == [("revoked", root.pk, "admin")] * 2
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.get_change_message()) == (
        str(held.pk),
        "2 personal access tokens revoked.",
    )


def test_again_there_is_nothing_to_revoke(client, root, held, name):
    url = page(name, "revoke_tokens", held.pk)
    client.post(url)
    assert "There is none that is not revoked already." in client.get(url).content.decode()
    response = client.post(url, follow=True)
    assert "There was nothing to revoke." in messages_of(response)
    assert LogEntry.objects.count() == 1


def test_it_takes_the_permission_to_revoke(client, staff, allow, held, name):
    url = page(name, "revoke_tokens", held.pk)
    allow(staff, f"view_{name}", f"change_{name}", "change_personalaccesstoken")
    assert "revokelink" not in client.get(page(name, "change", held.pk)).content.decode()
    assert client.get(url).status_code == 403
    assert client.post(url).status_code == 403
    assert _unrevoked().count() == 4
    allow(staff, "revoke_personalaccesstoken")
    client.post(url)
    assert _unrevoked().count() == 2


def test_the_permission_to_revoke_alone_opens_no_page(client, staff, allow, held, name):
    allow(staff, "revoke_personalaccesstoken")
    assert client.post(page(name, "revoke_tokens", held.pk)).status_code == 403
    assert _unrevoked().count() == 4


def test_what_is_not_there_is_404(client, root, name):
    assert client.get(page(name, "revoke_tokens", 0)).status_code == 404
    assert client.post(page(name, "revoke_tokens", "nonsense")).status_code == 404
