"""The page that makes a token for any user and company: a person's, or a service account's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.admin.helpers import AdminErrorList, AdminForm
from django.contrib.admin.models import ADDITION, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from adapters.admin.actor import administrator, signed_in
from adapters.admin.confirming import asks_password_first
from adapters.admin.links import page
from adapters.admin.once import new_form_id, sent_before, shown_once, use_form_id
from adapters.admin.revoking import RevocableAdmin
from adapters.admin.token_forms import NO_CHOICE, IssueForm
from adapters.orm.models import Company, PersonalAccessToken, User
from domain.policy import Reach
from domain.refusal import RefusedError
from domain.tokens.mint import IssuedPat, PatRequest

_CHOSEN: dict[str, type[Any]] = {"user": User, "company": Company}


class IssuingAdmin(RevocableAdmin[PersonalAccessToken]):
    """Adds tokens through the use case, and shows each string once.

    The permission is Django's ``add_...``; the global flag takes the grant besides.
    """

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Django's own."""
        return request.user.has_perm("shellui.add_personalaccesstoken")

    def has_grant_permission(self, request: HttpRequest) -> bool:
        """May this person give tokens the global flag?"""
        return request.user.has_perm("shellui.grant_global_metrics")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form; on POST make the token and show its string, in this very answer."""
        _ = (form_url, extra_context)
        if not self.has_add_permission(request):
            raise PermissionDenied
        rows = {name: self.site.viewable(request, model) for name, model in _CHOSEN.items()}
        if any(choices.query.is_empty() for choices in rows.values()):
            return self.refuse(request, "You cannot make a token here", NO_CHOICE)
        form = IssueForm(
            request.POST if request.method == "POST" else None,
            site=self.admin_site,
            rows=rows,
            longest=self.site.tokens.longest,
            may_grant=self.has_grant_permission(request),
        )
        if request.method == "POST" and form.is_valid():
            if not use_form_id(request):
                return sent_before(request, self, back=self._list(request))
            try:
                return shown_once(request, self, *self._issue(request, form.cleaned_data))
            except RefusedError as exc:
                form.add_error(None, self.site.refused(request, exc))
        return self.ask(request, form, title="Add personal access token", button="Create token")

    def _issue(
        self, request: HttpRequest, values: dict[str, Any]
    ) -> tuple[IssuedPat, Reach | None]:
        is_global = values["access_global_metrics"]
        wanted = PatRequest(
            name=values["name"],
            read_only=values["read_only"],
            access_global_metrics=is_global,
            expires_in=timedelta(seconds=values["expires_in"]),
        )
        with transaction.atomic():
            issued = self.site.tokens.issue(
                administrator(request),
                wanted,
                user_id=values["user"].pk,
                company_id=values["company"].pk,
                giver_id=signed_in(request).pk if is_global else None,
                now=self.now(),
            )
            self.note(request, issued, ADDITION, "Issued.")
            return issued, self.site.reach(issued.record.id)

    def note(self, request: HttpRequest, issued: IssuedPat, flag: int, words: str) -> None:
        """Keep it in Django's history of the row."""
        row = PersonalAccessToken.objects.filter(pk=issued.record.id)
        LogEntry.objects.log_actions(signed_in(request).pk, row, flag, words)

    @asks_password_first
    def ask(
        self,
        request: HttpRequest,
        form: Any,
        *,
        title: str,
        button: str,
        row: PersonalAccessToken | None = None,
        effects: list[str] | None = None,
    ) -> HttpResponse:
        """A page with a form that makes a string, and works once."""
        fields = AdminForm(form, [(None, {"fields": list(form.fields)})], {}, (), model_admin=self)
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "media": self.media + fields.media,
            "adminform": fields,
            "errors": AdminErrorList(form, []),
            "form_id": new_form_id(request),
            "button": button,
            "original": row,
            "effects": effects,
            "back": page(self.model, "change", row.pk) if row else self._list(request),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/shellui/personalaccesstoken/form.html", context)

    def refuse(
        self,
        request: HttpRequest,
        title: str,
        why_not: str,
        row: PersonalAccessToken | None = None,
    ) -> HttpResponse:
        """The page of a form that there is no use in filling in."""
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "media": self.media,
            "original": row,
            "why_not": why_not,
            "back": page(self.model, "change", row.pk) if row else self._list(request),
        }
        request.current_app = self.admin_site.name
        template = "admin/shellui/personalaccesstoken/form.html"
        return TemplateResponse(request, template, context, status=403)

    def _list(self, request: HttpRequest) -> str:
        may = self.has_view_permission(request)
        return page(self.model, "changelist") if may else reverse("admin:index")
