"""Whatever is said in a path, a query, a form or a cookie: an answer, at once, of a page's size.

The routes come from the resolver and the fields from the pages, so a new one is walked by itself.
"""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.conf import settings as settings_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.input.walk import JUNK, LONG, SURROGATE, Page, encoded, lookups, query, routes

ROUTES = routes()
AIMED = [route for route in ROUTES if route.parts]
LISTS = [route for route in ROUTES if route.model and not route.parts and "/add/" not in route.path]
FORM = "application/x-www-form-urlencoded"
COOKIES = (settings_of.SESSION_COOKIE_NAME, settings_of.CSRF_COOKIE_NAME)
IN_FULL = settings().max_examples > 1000
"""In the attacks' profile every field gets everything; in the suite each gets a part of it."""


def some(number: int) -> list[str]:
    """What the field with this number gets."""
    return JUNK if IN_FULL else [JUNK[number % len(JUNK)]]


def test_the_walk_sees_every_door():
    paths = {route.path for route in ROUTES}
    assert {"api/v1/token", "api/docs/", "tokens/new/", "admin/", "health/live"} <= paths
    assert "admin/shellui/user/{id}/password/" in paths
    assert len(LISTS) == 10


def test_pages_lead_somewhere(world):
    """A walk along refusals would show nothing."""
    seen = {route.path: world.ask("GET", route.at(**world.said(route))) for route in ROUTES}
    found = [path for path, answer in seen.items() if answer.status_code == 200]
    assert len(found) > len(ROUTES) * 0.6


@pytest.mark.parametrize("route", AIMED, ids=lambda route: route.path)
def test_any_part_of_a_path(world, route):
    for part in route.parts:
        for junk in JUNK if IN_FULL else [*JUNK[::6], LONG]:
            address = route.at(**{**world.said(route), part: junk})
            world.ask("GET", address)
            world.ask("POST", address, content_type=FORM)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_any_field_of_a_form(world, route):
    address = route.at(**world.said(route))
    for form in Page(world.ask("GET", address)).forms:
        if form.method != "post":
            continue
        for number, name in enumerate(form.fields):
            for junk in some(number):
                _send(world, address, {**form.fields, name: junk})


def _send(world, address, fields):
    body = urlencode({name: value.encode(errors="surrogatepass") for name, value in fields.items()})
    return world.ask("POST", address, data=body, content_type=FORM)


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.path)
def test_any_question_to_a_list(world, route):
    asked = lookups(route.model)
    for number, name in enumerate(asked if IN_FULL else asked[::9]):
        for junk in some(number):
            world.ask("GET", f"{route.at()}?{query([(name, junk)])}")


def test_any_parameter_of_the_api(world):
    """Those of the document."""
    assert {"cursor", "name[]", "grant_type"} <= world.parameters
    for route in ROUTES:
        for number, name in enumerate(sorted(world.parameters)):
            for junk in [*some(number), LONG] if route.path.startswith("api/") else ():
                for method in ("GET", "POST"):
                    world.ask(method, f"{route.at(**world.said(route))}?{query([(name, junk)])}")


@pytest.mark.parametrize("cookie", COOKIES)
def test_any_cookie(world, cookie):
    """As it stands, for Django's client would quote it; and encoded, as some programs do."""
    for junk in JUNK:
        for text in (encoded(junk), junk.encode(errors="surrogatepass").decode("latin-1")):
            for address in ("/tokens/", "/tokens/sign-in/", "/admin/", "/admin/shellui/user/"):
                world.client.cookies.clear()
                world.ask("GET", address, headers={"Cookie": f"{cookie}={text}"})
                world.ask("POST", address, headers={"Cookie": f"{cookie}={text}"})


def test_any_order_of_a_list(world):
    for route in LISTS:
        for order in ("1." * 2000, "-" * 3000, "0.-0.99.-99", "9" * 3000):
            world.ask("GET", f"{route.at()}?{query([('o', order[:3990])])}")


@pytest.mark.parametrize(
    "junk", [JUNK[0], LONG, "abc", "\x00", SURROGATE], ids=lambda junk: ascii(junk[:9])
)
def test_any_selection_of_any_action(world, junk):
    for route in LISTS:
        page = Page(world.ask("GET", route.at()))
        for action in page.actions:
            sent = {"action": action, "_selected_action": junk, "index": "0"}
            _send(world, route.at(), sent)
            _send(world, route.at(), {**sent, "confirmed": "yes", "post": "yes"})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_anything_anywhere_at_once(world, data):
    route = data.draw(st.sampled_from(ROUTES))
    junk = st.sampled_from(JUNK) | st.text(max_size=5)
    said = world.said(route)
    for part in route.parts:
        if data.draw(st.integers(0, 9)) == 0:
            said[part] = data.draw(junk.filter(bool))
    page = Page(world.ask("GET", route.at(**world.said(route))))
    names = sorted(page.asks | set(lookups(route.model) if route.model else world.parameters))
    asked = data.draw(st.lists(st.tuples(st.sampled_from(names), junk), max_size=3))
    address = f"{route.at(**said)}?{query(asked)}"
    forms = [form.fields for form in page.forms]
    if not forms or data.draw(st.booleans()):
        world.ask(data.draw(st.sampled_from(["GET", "POST", "PUT", "DELETE"])), address)
        return
    fields = dict(data.draw(st.sampled_from(forms)))
    for name in data.draw(st.lists(st.sampled_from(sorted(fields) or ["x"]), max_size=3)):
        fields[name] = data.draw(junk)
    _send(world, address, fields)
