"""The triggers, as SQL made for the database at hand.

Whatever changes a row, this service, its admin, another service or a person with ``psql``, a
trigger takes the old row's share from the tallies and adds the new row's, as rows of their own.

On PostgreSQL whatever looks at both a user and that user's memberships or accounts first takes the
user's row: two such changes at once would not see each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from adapters.orm.models import Membership, SocialAccount, Tally, User, UserActivity
from adapters.orm.models.tallies import NO_DAY, PLATFORM
from adapters.orm.tallies.dialect import Dialect, number

_USER, _MEMBERSHIP = User._meta.db_table, Membership._meta.db_table  # noqa: SLF001 - public _meta
_ACCOUNT, _ACTIVITY = SocialAccount._meta.db_table, UserActivity._meta.db_table  # noqa: SLF001
TABLE = Tally._meta.db_table  # noqa: SLF001
NUMBERS = ("users", "users_active", "users_staff", "owners", "social_accounts", "seen")
COLUMNS = ("company_id", "period", "start", *NUMBERS)
PREFIX = "shellui_tally_"


@dataclass(frozen=True)
class Trigger:
    """After ``event`` on ``table``, for each row that meets ``condition``, run ``statements``."""

    name: str
    table: str
    event: str
    condition: str
    statements: tuple[str, ...]


def triggers(dialect: Dialect) -> Iterator[Trigger]:
    """Every trigger."""
    shares = _Shares(dialect)
    for name, table, columns, share, locked in (
        ("place", _MEMBERSHIP, ("user_id", "company_id", "role", "is_enabled"), shares.place, True),
        ("visit", _MEMBERSHIP, ("company_id", "last_seen_at"), shares.visit, False),
        ("user", _USER, ("id", "is_active", "is_staff"), shares.user, False),
        ("account", _ACCOUNT, ("user_id",), shares.account, True),
        ("activity", _ACTIVITY, ("last_seen_at",), shares.activity, False),
    ):
        changed = " OR ".join(shares.differs(column) for column in columns)
        for event, condition, rows in (
            ("INSERT", "", (("NEW", "+"),)),
            ("DELETE", "", (("OLD", "-"),)),
            ("UPDATE", changed, (("OLD", "-"), ("NEW", "+"))),
        ):
            locks = [_lock(row) for row, _ in rows if locked and dialect.is_postgresql]
            statements = [text for row, sign in rows for text in share(row, sign)]
            full_name = f"{PREFIX}{name}_{event.lower()}"
            yield Trigger(full_name, table, event, condition, (*locks, *statements))


def _lock(row: str) -> str:
    return f"PERFORM 1 FROM {_USER} WHERE id = {row}.user_id FOR NO KEY UPDATE"


@dataclass(frozen=True)
class _Shares:
    """What a row adds to the tallies: for each kind of row, statements that write it."""

    dialect: Dialect

    def differs(self, column: str) -> str:
        old, new = f"OLD.{column}", f"NEW.{column}"
        if column == "last_seen_at":
            old, new = self.dialect.day(old), self.dialect.day(new)
        return self.dialect.differs(old, new)

    def place(self, row: str, sign: str) -> list[str]:
        """A membership: a user of the company, perhaps active, staff, an owner, with accounts."""
        facts = f"FROM {_USER} u WHERE u.id = {row}.user_id"
        enabled = f"{row}.is_enabled"
        active = number(f"{enabled} AND u.is_active")
        accounts = f"SELECT COUNT(*) FROM {_ACCOUNT} a WHERE a.user_id = {row}.user_id"  # noqa: S608
        return [
            _add(
                f"{row}.company_id",
                users=f"{sign}1",
                users_active=f"{sign}COALESCE((SELECT {active} {facts}), 0)",
                users_staff=f"{sign}COALESCE((SELECT {number('u.is_staff')} {facts}), 0)",
                owners=sign + number(f"{enabled} AND {row}.role = 'owner'"),
                social_accounts=f"{sign}({accounts})",
            )
        ]

    def visit(self, row: str, sign: str) -> list[str]:
        """When a member was last seen."""
        return [self._seen(f"{row}.company_id", row, sign)]

    def user(self, row: str, sign: str) -> list[str]:
        """A user of the platform, and what their memberships have from them."""
        active, staff = f"{row}.is_active", f"{row}.is_staff"
        return [
            _add(
                str(PLATFORM),
                users=f"{sign}1",
                users_active=sign + number(active),
                users_staff=sign + number(staff),
            ),
            _add(
                "m.company_id",
                users_active=sign + number(f"m.is_enabled AND {active}"),
                users_staff=sign + number(staff),
                source=f"FROM {_MEMBERSHIP} m WHERE m.user_id = {row}.id",
            ),
        ]

    def account(self, row: str, sign: str) -> list[str]:
        """A social account, on the platform and in each company of its user."""
        return [
            _add(str(PLATFORM), social_accounts=f"{sign}1"),
            _add(
                "m.company_id",
                social_accounts=f"{sign}1",
                source=f"FROM {_MEMBERSHIP} m WHERE m.user_id = {row}.user_id",
            ),
        ]

    def activity(self, row: str, sign: str) -> list[str]:
        """When a user was last seen anywhere."""
        return [self._seen(str(PLATFORM), row, sign)]

    def _seen(self, company: str, row: str, sign: str) -> str:
        moment = f"{row}.last_seen_at"
        day, present = self.dialect.day(moment), f"WHERE {moment} IS NOT NULL"
        return _add(company, seen=f"{sign}1", start=day, source=present)


def _add(company: str, *, start: str = f"'{NO_DAY}'", source: str = "", **numbers: str) -> str:
    values = ", ".join(numbers.get(name, "0") for name in NUMBERS)
    chosen = f"SELECT {company}, 'change', {start}, {values} {source}".rstrip()
    return f"INSERT INTO {TABLE} ({', '.join(COLUMNS)}) {chosen}"
