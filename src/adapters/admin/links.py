"""What a cell of a list shows of a related row, and the ways between pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from adapters.orm.models import PersonalAccessToken, Session


def company_name(row: PersonalAccessToken | Session) -> str | None:
    """The company's slug; the row outlives it, so it may be gone."""
    if row.company is not None:
        return row.company.slug
    return None if row.company_id is None else f"no. {row.company_id}, deleted"


def page(model: type[Model], name: str, *args: Any) -> str:
    """The address of one of a model's pages: ``changelist``, ``change`` or ``revoke``."""
    opts = model._meta  # noqa: SLF001 - Django's public _meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{name}", args=args)


def link_to_list(model: type[Model], text: str, **lookups: Any) -> SafeString:
    """A link to a model's list, filtered."""
    url = f"{page(model, 'changelist')}?{urlencode(lookups)}"
    return format_html('<a href="{}">{}</a>', url, text)


def counted(count: int, one: str) -> str:
    """A number of things, as people write it."""
    return f"{count:,} {one}{'' if count == 1 else 's'}"
