"""What each family of the catalogue has to say of a world: counted in Python, word by word."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from tests.helpers.exposition import Series
from tests.helpers.worlds import Rows, Token, World
from tests.service import NOON

DAY, WEEK, MONTH = (datetime(2026, 3, day, tzinfo=UTC) for day in (18, 16, 1))


def company_series(world: World, rows: Rows, index: int) -> Series:
    """The series of one company."""
    tenant = {"company_id": str(rows.companies[index].pk)}
    places = [(world.people[p], place) for (p, c), place in world.places.items() if c == index]
    tokens = [token for token in world.tokens if token.company == index]
    numbers = {
        "users_total": len(places),
        "users_active": sum(p.is_active and place.is_enabled for p, place in places),
        "users_staff": sum(p.is_staff for p, _ in places),
        "owners": sum(place.is_owner and place.is_enabled for _, place in places),
        "social_accounts_total": sum(p.accounts for p, _ in places),
        **_windows(place.seen for _, place in places),
    }
    found = {_key(f"company_{name}", **tenant): float(value) for name, value in numbers.items()}
    found[_key("company_info", slug=rows.companies[index].slug, **tenant)] = 1.0
    return {**found, **_tokens(tokens, tenant), **_logins(world, index, tenant)}


def platform_series(world: World, rows: Rows) -> Series:
    """The series of the platform, and of every company."""
    people = world.people
    numbers = {
        "users_total": len(people),
        "users_active": sum(p.is_active for p in people),
        "users_staff": sum(p.is_staff for p in people),
        "social_accounts_total": sum(p.accounts for p in people),
        "companies": world.companies,
        **_windows(p.seen for p in people),
    }
    found = {_key(name): float(value) for name, value in numbers.items()}
    for index in range(world.companies):
        found |= company_series(world, rows, index)
    return found


def _windows(seen: Iterable[datetime | None]) -> dict[str, int]:
    moments = [moment for moment in seen if moment]
    starts = {"daily": DAY, "weekly": WEEK, "monthly": MONTH}
    return {
        f"{name}_active_users": sum(moment >= start for moment in moments)
        for name, start in starts.items()
    }


def _tokens(tokens: list[Token], tenant: dict[str, str]) -> Series:
    found = {
        _key("company_personal_access_tokens", state=state, access=access, **tenant): float(
            sum(_state(t) == state and t.read_only is (access == "read_only") for t in tokens)
        )
        for state in ("active", "expired", "revoked")
        for access in ("read_only", "read_write")
    }
    active = [token.expires_at for token in tokens if _state(token) == "active"]
    if active:
        name = "company_personal_access_token_earliest_expiry_timestamp_seconds"
        found[_key(name, **tenant)] = min(active).timestamp()
    return found


def _state(token: Token) -> str:
    """What ended with all of its user's credentials counts as revoked, until it expires."""
    if token.revoked:
        return "revoked"
    if token.expires_at <= NOON:
        return "expired"
    return "revoked" if token.ended else "active"


def _logins(world: World, index: int, tenant: dict[str, str]) -> Series:
    counts = {"email": 0} | {
        provider: count for (c, provider), count in world.logins.items() if c == index
    }
    return {
        _key("successful_logins_total", provider=provider, **tenant): float(count)
        for provider, count in counts.items()
    }


def _key(name: str, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    return f"shellui_auth_{name}", frozenset(labels.items())
