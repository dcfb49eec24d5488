"""The page that gives a token a new string, and says first what will happen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.admin.models import CHANGE
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path

from adapters.admin.actor import administrator, signed_in
from adapters.admin.issuing import IssuingAdmin
from adapters.admin.life import effects, grant_is_live, has_good_string
from adapters.admin.links import page
from adapters.admin.once import sent_before, shown_once, use_form_id
from adapters.admin.token_forms import DROP, GRANT_ANEW, KEEP, ReissueForm
from adapters.orm.models import PersonalAccessToken
from domain.policy import Reach
from domain.refusal import RefusalReason, RefusedError
from domain.tokens.changes import ReissueRequest
from domain.tokens.mint import IssuedPat

NO_GLOBAL = (
    "This token has global metrics, and a new string would hold them: it takes the permission “Can "
    "give a token the global metrics flag”."
)
_FLAG = {KEEP: None, GRANT_ANEW: True, DROP: False}


class ReissuingAdmin(IssuingAdmin):
    """Re-issues tokens. It takes the permission to change, and for global metrics the grant."""

    def get_urls(self) -> list[URLPattern]:
        """The row's re-issue page, before Django's."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_reissue"
        view = self.admin_site.admin_view(self.reissue_view)
        return [path("<path:object_id>/reissue/", view, name=name), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the button to those who may press it; to others who may change it, why not."""
        row = context["original"]
        may = self.has_change_permission(request, row)
        why_not = self._why_not(request, row) if may else ""
        context |= {"can_reissue": may and not why_not, "why_no_reissue": why_not}
        return super().render_change_form(request, context, *args, **kwargs)

    def reissue_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say what will happen; on POST do it and show the string, in this very answer."""
        row = self.get_object(request, unquote(object_id))
        if not self.has_change_permission(request):
            raise PermissionDenied
        if row is None:
            raise Http404
        why_not = self._why_not(request, row)
        if why_not:
            return self.refuse(request, f"“{row}” cannot be re-issued", why_not, row)
        form = self._reissue_form(request, row)
        if request.method == "POST" and form.is_valid():
            if not use_form_id(request):
                return sent_before(request, self, back=page(self.model, "change", row.pk))
            try:
                return shown_once(request, self, *self._reissue(request, row, form.cleaned_data))
            except RefusedError as exc:
                form.add_error(None, self.site.refused(request, exc))
        told = effects(row, now=self.now())
        title = f"Re-issue “{row}”?"
        return self.ask(request, form, title=title, button="Re-issue", row=row, effects=told)

    def _reissue_form(self, request: HttpRequest, row: PersonalAccessToken) -> ReissueForm:
        return ReissueForm(
            request.POST if request.method == "POST" else None,
            longest=self.site.tokens.longest,
            can_overlap=has_good_string(row, now=self.now()),
            is_global=row.access_global_metrics,
            giver=row.granted_by if grant_is_live(row) else None,
        )

    def _reissue(
        self, request: HttpRequest, row: PersonalAccessToken, values: dict[str, Any]
    ) -> tuple[IssuedPat, Reach | None]:
        flag = _FLAG[values.get("global_metrics", KEEP)]
        wanted = ReissueRequest(
            overlap=timedelta(seconds=values.get("overlap_seconds", 0)),
            access_global_metrics=flag,
            expires_in=timedelta(seconds=values["expires_in"]),
        )
        giver_id = signed_in(request).pk if flag else None
        with transaction.atomic():
            issued = self.site.tokens.reissue(
                administrator(request), row.pk, wanted, giver_id=giver_id, now=self.now()
            )
            if issued.record.access_global_metrics and not self.has_grant_permission(request):
                # Flagged since the page was read: it is taken back, and nobody sees the string.
                raise RefusedError(RefusalReason.GLOBAL_GRANT_NOT_ALLOWED, detail=NO_GLOBAL)
            self.note(request, issued, CHANGE, "Re-issued.")
            return issued, self.site.reach(row.pk)

    def _why_not(self, request: HttpRequest, row: PersonalAccessToken) -> str:
        why_not = self.site.tokens.why_not_reissue(administrator(request), row.pk)
        if why_not:
            return why_not
        may_not = row.access_global_metrics and not self.has_grant_permission(request)
        return NO_GLOBAL if may_not else ""
