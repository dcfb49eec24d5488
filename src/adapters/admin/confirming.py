"""The password again, before a form that writes is shown: what somebody typed is not lost then.

What is sent is held against the same question for the whole site, in ``site.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from django.http import HttpRequest, HttpResponse

from adapters.admin.site import ShellUIAdminSite

P = ParamSpec("P")


class _HasSite(Protocol):
    @property
    def site(self) -> ShellUIAdminSite: ...


A = TypeVar("A", bound=_HasSite)
Shows = Callable[Concatenate[A, HttpRequest, P], HttpResponse]


def asks_password_first(show: Shows[A, P]) -> Shows[A, P]:
    """Let a method show its form to whoever gave their password a moment ago."""

    @wraps(show)
    def asked(self: A, request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return self.site.ask_password(request) or show(self, request, *args, **kwargs)

    return asked
