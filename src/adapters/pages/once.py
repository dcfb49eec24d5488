"""A form that makes a token works once: sent again by a reload, it makes no second one."""

from __future__ import annotations

import secrets

from django.http import HttpRequest

_KEY = "pages_forms"
_KEPT = 20


def new_form_id(request: HttpRequest) -> str:
    """An id for a form about to be shown."""
    form_id = secrets.token_urlsafe(12)
    request.session[_KEY] = [*request.session.get(_KEY, []), form_id][-_KEPT:]
    return form_id


def use_form_id(request: HttpRequest) -> bool:
    """Whether the form sent is one that was shown and not sent before."""
    shown = request.session.get(_KEY, [])
    sent = request.POST.get("form_id", "")
    request.session[_KEY] = [form_id for form_id in shown if form_id != sent]
    return sent in shown
