"""Companies, the tenants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.safestring import SafeString

from adapters.admin.holders import HoldsTokens
from adapters.admin.links import link_to_list
from adapters.admin.memberships import CompanyAddMembershipInline, CompanyMembershipInline
from adapters.orm.models import Company, LoginTally, Membership, PersonalAccessToken, Session


class CompanyAdmin(HoldsTokens[Company]):
    """A company and who belongs to it."""

    holds_as = "company_id"
    list_display = ["slug", "name", "members", "created_at"]
    sortable_by = ["slug"]
    ordering = ["slug"]
    search_fields = ["slug", "name"]
    search_help_text = "A slug or a name."
    readonly_fields = ["created_at", "members", "tokens", "sessions"]
    inlines = [CompanyMembershipInline, CompanyAddMembershipInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Company]:
        """With the number of members, counted for the rows that are shown only."""
        members = Membership.objects.filter(company=OuterRef("pk")).order_by().values("company")
        number = Subquery(members.values(n=Count("pk")), output_field=IntegerField())
        return super().get_queryset(request).annotate(member_count=Coalesce(number, 0))

    def get_fields(self, request: HttpRequest, obj: Company | None = None) -> list[Any]:
        """A new company has nothing yet."""
        _ = request
        given = ["slug", "name"]
        return given if obj is None else [*given, "created_at", "members", "tokens", "sessions"]

    @admin.display(description="members")
    def members(self, obj: Any) -> SafeString:
        """How many there are, and the way to all of them."""
        return link_to_list(Membership, f"{obj.member_count:,}", company__id__exact=obj.pk)

    @admin.display(description="tokens")
    def tokens(self, obj: Company) -> SafeString:
        """The way to its tokens."""
        return link_to_list(PersonalAccessToken, "Its tokens", company__id__exact=obj.pk)

    @admin.display(description="sessions")
    def sessions(self, obj: Company) -> SafeString:
        """The way to its sessions."""
        return link_to_list(Session, "Its sessions", company__id__exact=obj.pk)

    def get_deleted_objects(
        self, objs: Sequence[Company] | QuerySet[Company], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Count what goes with the companies instead of listing it.

        Tokens and sessions stay: they are told that their company is gone.
        """
        keys = [company.pk for company in objs]
        counts = {
            "companies": len(keys),
            "memberships": Membership.objects.filter(company__in=keys).count(),
            "login tallies": LoginTally.objects.filter(company__in=keys).count(),
        }
        may = request.user.has_perm("shellui.delete_membership")
        return [f"Company: {company}" for company in objs], counts, _unless(may), []


def _unless(may: bool) -> set[str]:  # noqa: FBT001 - its only argument
    return set() if may else {"membership"}
