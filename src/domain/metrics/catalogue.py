"""The catalogue: every family the service serves. docs/metrics.md has it as tables.

Four gauges end in ``_total``: names that ShellUI Admin's dashboards already read, kept to the
letter, and the only exception to Prometheus's naming rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .family import Family, Kind

COMPANY_LABEL = "company_id"


def _gauge(name: str, text: str, *labels: str) -> Family:
    return Family(f"shellui_auth_{name}", Kind.GAUGE, text, labels)


def _company(name: str, text: str, *labels: str) -> Family:
    return _gauge(f"company_{name}", text, COMPANY_LABEL, *labels)


COMPANY_USERS = _company("users_total", "Users with a membership of the company.")
COMPANY_USERS_ACTIVE = _company(
    "users_active", "Active users with an enabled membership of the company."
)
COMPANY_USERS_STAFF = _company("users_staff", "Staff users with a membership of the company.")
COMPANY_SOCIAL_ACCOUNTS = _company(
    "social_accounts_total", "Social accounts linked to users of the company."
)
COMPANY_DAILY = _company(
    "daily_active_users", "Users last seen in the company at or after the start of today (UTC)."
)
COMPANY_WEEKLY = _company(
    "weekly_active_users",
    "Users last seen in the company at or after the start of this ISO week (UTC).",
)
COMPANY_MONTHLY = _company(
    "monthly_active_users",
    "Users last seen in the company at or after the start of this month (UTC).",
)
COMPANY_INFO = _company("info", "The company, as labels. Always 1.", "slug")
COMPANY_OWNERS = _company("owners", "Owners of the company with an enabled membership.")
COMPANY_PATS = _company(
    "personal_access_tokens",
    "Personal access tokens of the company by state and access.",
    "state",
    "access",
)
COMPANY_PAT_EARLIEST_EXPIRY = _company(
    "personal_access_token_earliest_expiry_timestamp_seconds",
    "When the first of the company's active personal access tokens expires, in Unix seconds.",
)
SUCCESSFUL_LOGINS = Family(
    "shellui_auth_successful_logins_total",
    Kind.COUNTER,
    "Successful sign-ins to the company since it exists, by provider.",
    (COMPANY_LABEL, "provider"),
)
USERS = _gauge("users_total", "Users of the platform.")
USERS_ACTIVE = _gauge("users_active", "Active users of the platform.")
USERS_STAFF = _gauge("users_staff", "Staff users of the platform.")
SOCIAL_ACCOUNTS = _gauge("social_accounts_total", "Social accounts linked to users.")
DAILY = _gauge("daily_active_users", "Users last seen at or after the start of today (UTC).")
WEEKLY = _gauge(
    "weekly_active_users", "Users last seen at or after the start of this ISO week (UTC)."
)
MONTHLY = _gauge(
    "monthly_active_users", "Users last seen at or after the start of this month (UTC)."
)
COMPANIES = _gauge("companies", "Companies on the platform.")

_EXPIRY_NAME = "scrape_token_expiry_timestamp_seconds"
_EXPIRY_HELP = "When the token used for this very scrape expires, in Unix seconds."
_SUCCESS_HELP = "1 when the collector delivered, 0 when it failed or ran out of time."
_DURATION_HELP = "How long the collector took, in seconds."

_AGE_HELP = "How old what the collector delivered is, in seconds; 0 when it was just measured."

COMPANY_TOKEN_EXPIRY = _gauge(_EXPIRY_NAME, _EXPIRY_HELP, COMPANY_LABEL)
COMPANY_COLLECTOR_SUCCESS = _gauge("collector_success", _SUCCESS_HELP, COMPANY_LABEL, "collector")
COMPANY_COLLECTOR_DURATION = _gauge(
    "collector_duration_seconds", _DURATION_HELP, COMPANY_LABEL, "collector"
)
COMPANY_COLLECTOR_DATA_AGE = _gauge(
    "collector_data_age_seconds", _AGE_HELP, COMPANY_LABEL, "collector"
)
PLATFORM_TOKEN_EXPIRY = _gauge(_EXPIRY_NAME, _EXPIRY_HELP)
PLATFORM_COLLECTOR_SUCCESS = _gauge("collector_success", _SUCCESS_HELP, "collector")
PLATFORM_COLLECTOR_DURATION = _gauge("collector_duration_seconds", _DURATION_HELP, "collector")
PLATFORM_COLLECTOR_DATA_AGE = _gauge("collector_data_age_seconds", _AGE_HELP, "collector")


@dataclass(frozen=True)
class OwnFamilies:
    """What a scrape tells about itself.

    Attributes:
        token_expiry: when the token that was used ends.
        success, duration, data_age: of each collector.
    """

    token_expiry: Family
    success: Family
    duration: Family
    data_age: Family

    @property
    def of_collectors(self) -> tuple[Family, ...]:
        """Those that tell what became of the collectors."""
        return (self.success, self.duration, self.data_age)

    def __iter__(self) -> Iterator[Family]:
        """All of them, in the order in which they are served."""
        return iter((self.token_expiry, *self.of_collectors))


COMPANY_OWN = OwnFamilies(
    COMPANY_TOKEN_EXPIRY,
    COMPANY_COLLECTOR_SUCCESS,
    COMPANY_COLLECTOR_DURATION,
    COMPANY_COLLECTOR_DATA_AGE,
)
PLATFORM_OWN = OwnFamilies(
    PLATFORM_TOKEN_EXPIRY,
    PLATFORM_COLLECTOR_SUCCESS,
    PLATFORM_COLLECTOR_DURATION,
    PLATFORM_COLLECTOR_DATA_AGE,
)

HTTP_REQUESTS = Family(
    "shellui_http_requests_total",
    Kind.COUNTER,
    "Requests answered by the service, by method, route and status.",
    ("method", "route", "status"),
)
HTTP_DURATION = Family(
    "shellui_http_request_duration_seconds",
    Kind.HISTOGRAM,
    "How long the service took to answer, by method and route.",
    ("method", "route"),
)
REJECTIONS = Family(
    "shellui_auth_rejections_total",
    Kind.COUNTER,
    "Requests refused by authentication, by the policy or by a limit, by the reason's code.",
    ("reason",),
)

COMPANY_FAMILIES = (
    COMPANY_INFO,
    COMPANY_USERS,
    COMPANY_USERS_ACTIVE,
    COMPANY_USERS_STAFF,
    COMPANY_OWNERS,
    COMPANY_SOCIAL_ACCOUNTS,
    COMPANY_DAILY,
    COMPANY_WEEKLY,
    COMPANY_MONTHLY,
    COMPANY_PATS,
    COMPANY_PAT_EARLIEST_EXPIRY,
    SUCCESSFUL_LOGINS,
)
PLATFORM_FAMILIES = (
    USERS,
    USERS_ACTIVE,
    USERS_STAFF,
    SOCIAL_ACCOUNTS,
    DAILY,
    WEEKLY,
    MONTHLY,
    COMPANIES,
)
LOAD_FAMILIES = (HTTP_REQUESTS, HTTP_DURATION, REJECTIONS)
"""The service's own load: of the platform's scrape alone."""
