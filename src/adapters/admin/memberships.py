"""Memberships: a list of their own, and inline on the pages of companies and of users."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.http import HttpRequest
from django.utils.functional import cached_property

from adapters.admin.base import TableAdmin
from adapters.admin.fields import CheckedFields
from adapters.admin.typed import MembershipFormSet, TabularInline
from adapters.orm.held import can_hold
from adapters.orm.models import Membership

INLINE_LIMIT = 50
"""How many rows a page shows inline; all are in the list of memberships."""


class BoundedFormSet(MembershipFormSet):
    """A form says in numbers how many rows come with it: never more than a page shows."""

    default_error_messages = {
        "missing_management_form": f"A page sends at most {INLINE_LIMIT} rows. Load it again."
    }

    @cached_property
    def management_form(self) -> Any:
        """Django's; out of bounds it counts nothing, and the formset is not valid."""
        form: Any = super().management_form
        if self.is_bound and not self._is_bounded(form.cleaned_data):
            form.add_error(None, "")
            form.cleaned_data |= {TOTAL_FORM_COUNT: 0, INITIAL_FORM_COUNT: 0}
        return form

    def _is_bounded(self, counted: dict[str, int]) -> bool:
        shown, total = counted[INITIAL_FORM_COUNT], counted[TOTAL_FORM_COUNT]
        return 0 <= shown <= total <= self.absolute_max


class ShownFormSet(BoundedFormSet):
    """The first rows only: a company may have 100,000 members."""

    def get_queryset(self) -> QuerySet[Membership]:
        """The first rows to show; of what is sent back, the rows that were shown."""
        if not hasattr(self, "_shown"):
            rows = super().get_queryset()
            self._shown = rows.filter(pk__in=self._sent()) if self.is_bound else rows[:INLINE_LIMIT]
        return self._shown

    def _sent(self) -> list[str]:
        names = (f"{self.add_prefix(n)}-id" for n in range(self.initial_form_count()))
        sent = (str(self.data.get(name, "")) for name in names)
        return [text for text in sent if can_hold(Membership._meta.pk, text)]  # noqa: SLF001 - Django's public _meta


class AddedFormSet(BoundedFormSet):
    """New rows, held against all that are there."""

    def clean(self) -> None:
        """Say who is a member already."""
        super().clean()
        for form in self.forms:
            user, company = form.cleaned_data.get("user"), form.cleaned_data.get("company")
            if user is None or company is None or company.pk is None:
                continue
            if Membership.objects.filter(user=user, company=company).exists():
                form.add_error(None, f"{user} is a member of {company} already.")


class _Inline(CheckedFields[Membership], TabularInline[Membership, Any]):
    model = Membership
    max_num = INLINE_LIMIT

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """What is sent has the bound of what is shown."""
        return super().get_formset(request, obj, **{"absolute_max": INLINE_LIMIT, **kwargs})


class _ShownInline(_Inline):
    """Rows that are there, owners first. Who is where stays; their role and rights change."""

    formset = ShownFormSet
    template = "admin/shellui/membership/inline.html"
    limit = INLINE_LIMIT
    ordering = ["-role", "id"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """With what the rows show."""
        return super().get_queryset(request).select_related("user", "company")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """New rows have an inline of their own."""
        _ = (request, obj)
        return False


class _AddInline(_Inline):
    """New rows."""

    formset = AddedFormSet
    verbose_name_plural = "add memberships"
    extra = 1
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """None of those that are there."""
        return super().get_queryset(request).none()


class CompanyMembershipInline(_ShownInline):
    """A company's members."""

    fields = ["user", "role", "is_enabled", "last_seen_at"]
    readonly_fields = ["user", "last_seen_at"]


class CompanyAddMembershipInline(_AddInline):
    """New members of a company."""

    autocomplete_fields = ["user"]
    fields = ["user", "role", "is_enabled"]


class UserMembershipInline(_ShownInline):
    """A user's companies."""

    fields = ["company", "role", "is_enabled", "last_seen_at"]
    readonly_fields = ["company", "last_seen_at"]


class UserAddMembershipInline(_AddInline):
    """New companies of a user."""

    autocomplete_fields = ["company"]
    fields = ["company", "role", "is_enabled"]


class MembershipAdmin(TableAdmin[Membership]):
    """Every membership; a row's user and company are its identity and stay."""

    list_display = ["user", "company", "role", "is_enabled", "last_seen_at"]
    list_filter = ["role", "is_enabled"]
    list_select_related = ["user", "company"]
    sortable_by = ()
    ordering = ["-id"]
    search_fields = ["user__email", "company__slug"]
    search_help_text = "An e-mail address, or a company's slug."
    autocomplete_fields = ["user", "company"]
    fields = ["user", "company", "role", "is_enabled", "created_at", "last_seen_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Membership | None = None) -> list[str]:
        """Who and where are chosen once."""
        _ = request
        written = ["created_at", "last_seen_at"]
        return written if obj is None else ["user", "company", *written]
