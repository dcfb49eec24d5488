"""A token's string on its own page, once: the answer to the form that made it, and to no reload."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from adapters.admin.base import TableAdmin
from adapters.admin.links import page
from adapters.orm.models import PersonalAccessToken
from domain.policy import Reach
from domain.tokens.mint import IssuedPat

_KEY = "admin_forms"
_KEPT = 20
_SENT_BEFORE = (
    "That form was sent already; nothing was made a second time. A string is shown once only: if "
    "it was lost, re-issue the token."
)


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


def shown_once(
    request: HttpRequest,
    admin: TableAdmin[PersonalAccessToken],
    issued: IssuedPat,
    reach: Reach | None,
) -> HttpResponse:
    """The answer to the POST itself: the string passes through no URL, cookie, session or log.

    ``reach`` is what the token's user may do with it.
    """
    context = {
        **admin.admin_site.each_context(request),
        "title": "Copy the token now",
        "opts": admin.opts,
        "media": admin.media,
        "record": issued.record,
        "reach": reach,
        "token": issued.token,
        "back": _back(request, admin, issued),
    }
    request.current_app = admin.admin_site.name
    return TemplateResponse(request, "admin/shellui/personalaccesstoken/shown_once.html", context)


def sent_before(
    request: HttpRequest, admin: TableAdmin[PersonalAccessToken], *, back: str
) -> HttpResponse:
    """Say so, and leave everything as it is."""
    admin.message_user(request, _SENT_BEFORE, messages.WARNING)
    return HttpResponseRedirect(back)


def _back(request: HttpRequest, admin: TableAdmin[PersonalAccessToken], issued: IssuedPat) -> str:
    """Whoever may only add tokens sees no token's page."""
    if admin.has_view_permission(request):
        return page(PersonalAccessToken, "change", issued.record.id)
    return reverse("admin:index")
