"""What the database says the samples are, in SQL of the test's own.

What docs/metrics.md says, once more: nothing here is shared with the collectors.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.e2e.databases import Database

Samples = dict[frozenset[tuple[str, str]], float]

_C, _P = "shellui_auth_company", "shellui_auth"
_MEMBER = "FROM shellui_membership m JOIN shellui_user u ON u.id = m.user_id WHERE m.company_id = ?"
_SEEN = f"SELECT COUNT(*) {_MEMBER} AND m.last_seen_at >= ?"
_SEEN_ANYWHERE = "SELECT COUNT(*) FROM shellui_useractivity WHERE last_seen_at >= ?"
_COMPANY = {
    "users_total": f"SELECT COUNT(*) {_MEMBER}",
    "users_active": f"SELECT COUNT(*) {_MEMBER} AND m.is_enabled AND u.is_active",
    "users_staff": f"SELECT COUNT(*) {_MEMBER} AND u.is_staff",
    "owners": f"SELECT COUNT(*) {_MEMBER} AND m.is_enabled AND m.role = 'owner'",
    "social_accounts_total": "SELECT COUNT(*) FROM shellui_socialaccount WHERE user_id IN"
    " (SELECT user_id FROM shellui_membership WHERE company_id = ?)",
}
_PLATFORM = {
    "users_total": "SELECT COUNT(*) FROM shellui_user",
    "users_active": "SELECT COUNT(*) FROM shellui_user WHERE is_active",
    "users_staff": "SELECT COUNT(*) FROM shellui_user WHERE is_staff",
    "social_accounts_total": "SELECT COUNT(*) FROM shellui_socialaccount",
    "companies": "SELECT COUNT(*) FROM shellui_company",
}
_OF_USERS = (
    " FROM shellui_personalaccesstoken AS pat"
    " JOIN shellui_user AS person ON person.id = pat.user_id WHERE pat.company_id = ? AND "
)
_PATS = "SELECT COUNT(*)" + _OF_USERS + "pat.read_only = ? AND "
_ACTIVE = "pat.revoked_at IS NULL AND pat.generation = person.generation AND pat.expires_at > ?"
_STATES = {
    "active": _ACTIVE,
    "expired": "pat.revoked_at IS NULL AND pat.expires_at <= ?",
    "revoked": "(pat.revoked_at IS NOT NULL"
    " OR (pat.generation <> person.generation AND pat.expires_at > ?))",
}
"""What ended with all of its user's credentials counts as revoked until it expires."""
_EARLIEST = "SELECT MIN(pat.expires_at)" + _OF_USERS + _ACTIVE
_EXPIRY = "SELECT expires_at FROM shellui_personalaccesstoken WHERE id = ?"
COMPANY_COLLECTORS = ("users", "tokens", "logins")
PLATFORM_COLLECTORS = (*COMPANY_COLLECTORS, "load")


def company(database: Database, company_id: int, now: datetime) -> Samples:
    """The series of one company."""
    label = {"company_id": str(company_id)}
    slug = database.one("SELECT slug FROM shellui_company WHERE id = ?", company_id)
    samples = {_key(f"{_C}_info", **label, slug=slug): 1.0}
    for name, sql in _COMPANY.items():
        samples[_key(f"{_C}_{name}", **label)] = database.one(sql, company_id)
    for name, start in _windows(now).items():
        samples[_key(f"{_C}_{name}", **label)] = database.one(_SEEN, company_id, start)
    return samples | _logins(database, company_id) | _tokens(database, company_id, now)


def platform(database: Database, now: datetime) -> Samples:
    """The series of the platform, and those of each company."""
    samples = {_key(f"{_P}_{name}"): database.one(sql) for name, sql in _PLATFORM.items()}
    for name, start in _windows(now).items():
        samples[_key(f"{_P}_{name}")] = database.one(_SEEN_ANYWHERE, start)
    for (company_id,) in database.execute("SELECT id FROM shellui_company"):
        samples |= company(database, company_id, now)
    rejections = database.execute("SELECT reason, rejections FROM shellui_rejectiontally")
    return samples | {_key(f"{_P}_rejections_total", reason=r): n for r, n in rejections}


def scrape(
    database: Database, pat: dict[str, Any], collectors: tuple[str, ...], **labels: str
) -> Samples:
    """What a scrape with this PAT says of itself, when every collector delivers."""
    expiry = _moment(database.one(_EXPIRY, UUID(pat["id"])))
    name = f"{_P}_scrape_token_expiry_timestamp_seconds"
    samples = {_key(name, **labels): expiry.timestamp()}
    for collector in collectors:
        samples[_key(f"{_P}_collector_success", collector=collector, **labels)] = 1.0
    return samples


def differences(found: Samples, wanted: Samples) -> list[str]:
    """Each series that is missing, too many, or of another value."""
    return sorted(
        f"{dict(series)}: {found.get(series)}, not {wanted.get(series)}"
        for series in found.keys() | wanted.keys()
        if not _equal(found.get(series), wanted.get(series))
    )


def _equal(one: float | None, other: float | None) -> bool:
    """Prometheus keeps floats: of a moment in seconds, some 7 digits behind the point are left."""
    return one is not None and other is not None and abs(one - other) < 1e-6


def _logins(database: Database, company_id: int) -> Samples:
    sql = "SELECT provider, successes FROM shellui_logintally WHERE company_id = ?"
    tallies = {"email": 0, **dict(database.execute(sql, company_id))}
    name, label = f"{_P}_successful_logins_total", str(company_id)
    return {_key(name, company_id=label, provider=p): n for p, n in tallies.items()}


def _tokens(database: Database, company_id: int, now: datetime) -> Samples:
    label, samples = {"company_id": str(company_id)}, {}
    for state, condition in _STATES.items():
        for access, read_only in {"read_only": True, "read_write": False}.items():
            key = _key(f"{_C}_personal_access_tokens", **label, state=state, access=access)
            samples[key] = database.one(_PATS + condition, company_id, read_only, now)
    earliest = database.one(_EARLIEST, company_id, now)
    if earliest is not None:
        name = f"{_C}_personal_access_token_earliest_expiry_timestamp_seconds"
        samples[_key(name, **label)] = _moment(earliest).timestamp()
    return samples


def _windows(now: datetime) -> dict[str, datetime]:
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "daily_active_users": today,
        "weekly_active_users": today - timedelta(days=today.weekday()),
        "monthly_active_users": today.replace(day=1),
    }


def _moment(value: datetime | str) -> datetime:
    """SQLite keeps moments as text, in UTC without saying so."""
    if isinstance(value, datetime):
        return value
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


def _key(name: str, **labels: str) -> frozenset[tuple[str, str]]:
    return frozenset({"__name__": name, **labels}.items())
