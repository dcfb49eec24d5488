"""One count for each gauge."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Min
from django.http import HttpResponse
from django.utils import timezone
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from rest_framework.views import APIView

from bench.usual_stack.auth import HasGlobalFlag, IsStaffOrOwner
from bench.usual_stack.models import (
    Company,
    LoginTally,
    PersonalAccessToken,
    SocialAccount,
    User,
    UserActivity,
)

PREFIX = "shellui_auth_"


class Metrics:
    """Gauges on a registry of the request's own."""

    def __init__(self):
        self.registry = CollectorRegistry()
        self.gauges = {}

    def set(self, name, value, **labels):
        if name not in self.gauges:
            self.gauges[name] = Gauge(PREFIX + name, name, list(labels), registry=self.registry)
        gauge = self.gauges[name].labels(**labels) if labels else self.gauges[name]
        gauge.set(value)

    def response(self):
        return HttpResponse(generate_latest(self.registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def windows(now):
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "daily_active_users": day,
        "weekly_active_users": day - timedelta(days=day.weekday()),
        "monthly_active_users": day.replace(day=1),
    }


def add_company(metrics, company, now):
    own = {"company_id": company.pk}
    members = company.memberships
    metrics.set("company_info", 1, **own, slug=company.slug)
    metrics.set("company_users_total", members.count(), **own)
    active = members.filter(is_enabled=True, user__is_active=True)
    metrics.set("company_users_active", active.count(), **own)
    metrics.set("company_users_staff", members.filter(user__is_staff=True).count(), **own)
    owners = members.filter(role="owner", is_enabled=True)
    metrics.set("company_owners", owners.count(), **own)
    accounts = SocialAccount.objects.filter(user__memberships__company=company)
    metrics.set("company_social_accounts_total", accounts.count(), **own)
    for name, start in windows(now).items():
        metrics.set(f"company_{name}", members.filter(last_seen_at__gte=start).count(), **own)
    add_tokens(metrics, company, now)
    for tally in LoginTally.objects.filter(company=company):
        labels = {**own, "provider": tally.provider}
        metrics.set("successful_logins_total", tally.successes, **labels)


def add_tokens(metrics, company, now):
    tokens = PersonalAccessToken.objects.filter(company=company)
    states = {
        "active": tokens.filter(revoked_at=None, expires_at__gt=now),
        "expired": tokens.filter(revoked_at=None, expires_at__lte=now),
        "revoked": tokens.exclude(revoked_at=None),
    }
    for state, rows in states.items():
        for access, read_only in (("read_only", True), ("read_write", False)):
            labels = {"company_id": company.pk, "state": state, "access": access}
            count = rows.filter(read_only=read_only).count()
            metrics.set("company_personal_access_tokens", count, **labels)
    earliest = states["active"].aggregate(at=Min("expires_at"))["at"]
    if earliest is not None:
        name = "company_personal_access_token_earliest_expiry_timestamp_seconds"
        metrics.set(name, earliest.timestamp(), company_id=company.pk)


class CompanyMetrics(APIView):
    permission_classes = [IsStaffOrOwner]

    def get(self, request):
        metrics = Metrics()
        add_company(metrics, Company.objects.get(pk=request.auth.company_id), timezone.now())
        return metrics.response()


class AllMetrics(APIView):
    permission_classes = [HasGlobalFlag]

    def get(self, _request):
        metrics, now = Metrics(), timezone.now()
        for company in Company.objects.order_by("pk"):
            add_company(metrics, company, now)
        metrics.set("users_total", User.objects.count())
        metrics.set("users_active", User.objects.filter(is_active=True).count())
        metrics.set("users_staff", User.objects.filter(is_staff=True).count())
        metrics.set("social_accounts_total", SocialAccount.objects.count())
        metrics.set("companies", Company.objects.count())
        for name, start in windows(now).items():
            metrics.set(name, UserActivity.objects.filter(last_seen_at__gte=start).count())
        return metrics.response()
