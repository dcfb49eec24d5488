"""Groups, with the rules of every other page."""

from __future__ import annotations

from django.contrib.auth.models import Group

from adapters.orm.admin.base import TableAdmin
from adapters.orm.admin.typed import GroupAdmin as DjangoGroupAdmin


class GroupAdmin(TableAdmin[Group], DjangoGroupAdmin):
    """Django's own."""
