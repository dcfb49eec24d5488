"""Numbers and ids that a form or an address brings: each has the bounds of what is there."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages

from adapters.admin.memberships import INLINE_LIMIT
from adapters.orm.models import Membership, User
from tests.admin.pages import page, shown_form
from tests.input.walk import query

HUGE = "99999999999999999999"
COUNTS = [HUGE, "-1", "1e9", "", str(INLINE_LIMIT + 1), "1000"]
pytestmark = pytest.mark.django_db


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


@pytest.mark.parametrize("sent", COUNTS)
@pytest.mark.parametrize("count", ["INITIAL_FORMS", "TOTAL_FORMS"])
@pytest.mark.parametrize("prefix", ["memberships", "memberships-2"])
def test_a_page_builds_no_more_rows_than_it_shows(world, prefix, count, sent):
    row = Membership.objects.order_by("pk").last()
    address = page("company", "change", row.company_id)
    form = shown_form(world.client, address, "company")
    answer = world.client.post(address, {**form, f"{prefix}-{count}": sent, "name": "Another"})
    assert answer.status_code == 200
    assert len(answer.content) < 100_000
    assert b"A page sends at most 50 rows" in answer.content


def test_as_many_rows_as_a_page_shows_are_taken(world):
    row = Membership.objects.order_by("pk").last()
    address = page("company", "change", row.company_id)
    form = shown_form(world.client, address, "company")
    first = {k: v for k, v in form.items() if "memberships-2-0-" in k}
    for number in range(INLINE_LIMIT):
        form |= {name.replace("-2-0-", f"-2-{number}-"): first[name] for name in first}
    form["memberships-2-TOTAL_FORMS"] = str(INLINE_LIMIT)
    assert world.client.post(address, {**form, "name": "Another"}).status_code == 302


@pytest.mark.parametrize(
    ("model", "asked"),
    [
        ("tokenevent", ("kind", "\x00")),
        ("user", ("id__in", f"x,{HUGE}")),
        ("user", ("groups__in", HUGE)),
        ("useractivity", ("user", HUGE)),
        ("session", ("id", "abc")),
        ("session", ("expires_at__lt", "0001-01-01T00:00:00+14:00")),
    ],
)
def test_what_no_column_holds_is_in_no_row(world, model, asked):
    answer = world.client.get(f"{page(model)}?{query([asked])}")
    assert answer.status_code == 200
    assert list(answer.context["cl"].result_list) == []
    assert said(answer) == ["What this address asks for is in no row."]


@pytest.mark.parametrize("ending", ["regex", "iregex", "year", "contains"])
def test_no_address_asks_for_a_pattern(world, ending):
    assert world.client.get(page("user"), {f"name__{ending}": "1"}).status_code == 400


def test_a_number_beyond_the_column_is_left_out(world):
    """By the table's own language, so wherever it came from."""
    known = User.objects.first().pk
    assert User.objects.filter(pk__in=[known, int(HUGE), -int(HUGE)]).count() == 1
    assert not User.objects.filter(pk__in=[int(HUGE)]).exists()


@pytest.mark.parametrize("key", ["abc", "\x00", HUGE, ""])
@pytest.mark.parametrize("model", ["user", "session", "useractivity"])
def test_what_is_no_id_chooses_no_row(world, model, key):
    sent = {"action": "revoke_selected", "_selected_action": key, "index": HUGE}
    answer = world.client.post(page(model), sent)
    assert answer.status_code in {200, 302}
    address = page(model, "change", "KEY").replace("KEY", query([("", key)])[1:] or "x")
    assert world.client.get(address).status_code in {302, 404}


def test_an_address_is_short_for_a_page_repeats_it(world):
    for address in ("/admin/shellui/user/", "/tokens/", "/tokens/sign-in/"):
        assert world.client.get(address, {"q": "x" * 5000}).status_code == 414
    assert world.client.get("/tokens/sign-in/", {"next": "/" + "x" * 3000}).status_code == 200
