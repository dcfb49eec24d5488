"""Groups, with the rules of every other page."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.http import HttpRequest

from adapters.admin.actor import administrator
from adapters.admin.base import TableAdmin
from adapters.admin.typed import GroupAdmin as DjangoGroupAdmin
from domain.policy import GiveRights


class GroupAdmin(TableAdmin[Group], DjangoGroupAdmin):
    """A group gives rights, so it is a superuser's to change: else one could widen one's own."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Superusers add."""
        return _gives_rights(request) and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """Superusers change."""
        return _gives_rights(request) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """Superusers delete."""
        return _gives_rights(request) and super().has_delete_permission(request, obj)


def _gives_rights(request: HttpRequest) -> bool:
    return administrator(request).refusal(GiveRights()) is None
