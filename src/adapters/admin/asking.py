"""A row's page that asks before something ends, says what, and does it when it is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from adapters.admin.base import M, TableAdmin
from adapters.admin.confirming import asks_password_first
from adapters.admin.links import page


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes:
        title: the question.
        says: what will happen, in sentences.
        button: what is pressed to have it; empty when there is nothing to be done.
    """

    title: str
    says: tuple[str, ...]
    button: str = ""


class AsksFirst(TableAdmin[M]):
    """Gives rows such pages. It takes the permission to see the row besides."""

    def ask_url(self, name: str, view: Callable[[HttpRequest, str], HttpResponse]) -> URLPattern:
        """The page's address: the row's, and ``name`` behind it."""
        full = f"{self.opts.app_label}_{self.opts.model_name}_{name}"
        route = f"<path:object_id>/{name.replace('_', '-')}/"
        return path(route, self.admin_site.admin_view(view), name=full)

    def answer(
        self,
        request: HttpRequest,
        object_id: str,
        *,
        may: bool,
        question: Callable[[M], Question],
        act: Callable[[M], None],
    ) -> HttpResponse:
        """Ask; on POST ``act``, and go back to the row."""
        row = self.get_object(request, unquote(object_id))
        if not (self.has_view_permission(request, row) and may):
            raise PermissionDenied
        if row is None:
            raise Http404
        if request.method != "POST":
            return self._ask(request, row, question(row))
        act(row)
        return HttpResponseRedirect(page(self.model, "change", row.pk))

    @asks_password_first
    def _ask(self, request: HttpRequest, row: M, question: Question) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": question.title,
            "opts": self.opts,
            "media": self.media,
            "original": row,
            "question": question,
            "back": page(self.model, "change", row.pk),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/shellui/holder/ask.html", context)
