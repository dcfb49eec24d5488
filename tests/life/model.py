"""A plain model of what is promised: what a token is, and what every call on it must answer.

It knows nothing of ``src``: no record, no plan, no policy. Strings are numbered by the test.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

LIFETIME = timedelta(days=90)
RETENTION = timedelta(days=400)
Answer = tuple[int, str | None]
OK: Answer = (200, None)


@dataclass
class Person:
    """A user of the company. Staff are no members of it unless they are said to be."""

    is_staff: bool
    is_member: bool
    is_active: bool = True
    generation: int = 0

    def be(self, column: str, *, value: bool) -> None:
        """Who is stopped loses every credential, and does not get it back with the activity."""
        if column == "is_active" and self.is_active and not value:
            self.generation += 1
        setattr(self, column, value)

    @property
    def refusal(self) -> Answer | None:
        if not self.is_active:
            return 401, "user_inactive"
        return None if self.is_staff or self.is_member else (403, "membership_required")


@dataclass(frozen=True)
class Flags:
    """What a string says of itself."""

    read_only: bool
    is_global: bool


@dataclass
class Pat:
    """A row, with every string that it ever had.

    ``present`` is the number of the string that is good, None while there is none; ``old`` is the
    one that an overlap keeps good until ``old_until``.
    """

    person: Person
    flags: Flags
    expires_at: datetime
    grantor: Person | None
    strings: dict[int, tuple[Flags, datetime]] = field(default_factory=dict)
    present: int | None = None
    old: int | None = None
    old_until: datetime | None = None
    revoked_at: datetime | None = None
    gone: bool = False
    generation: int = 0

    def issue(
        self,
        number: int,
        now: datetime,
        lifetime: timedelta = LIFETIME,
        *,
        at_most: datetime | None = None,
    ) -> None:
        end = now.replace(microsecond=0) + lifetime
        self.expires_at = min(end, at_most or end)
        self.generation = self.person.generation
        self.strings[number] = self.flags, self.expires_at
        self.present = number

    @property
    def granted(self) -> bool:
        return self.grantor is not None and self.grantor.is_staff and self.grantor.is_active

    def rejection(self, number: int, now: datetime) -> Answer | None:
        """Why a string is no good; None when it is."""
        flags, expires_at = self.strings[number]
        in_overlap = number == self.old and self.old_until is not None and now < self.old_until
        reasons = {
            "token_expired": now >= expires_at,
            "token_unknown": self.gone,
            "token_revoked": self.revoked_at is not None,
            "token_flags_changed": flags != self.flags or self.present is None,
            "token_superseded": number != self.present and not in_overlap,
            "user_inactive": not self.person.is_active,
            "credentials_ended": self.generation != self.person.generation,
        }
        return next(((401, code) for code, holds in reasons.items() if holds), None)

    def used(self, number: int) -> None:
        """A success: the first of the present string ends the overlap."""
        if number == self.present:
            self.old = self.old_until = None

    def scrape_all(self, number: int, now: datetime) -> Answer:
        bad = self.rejection(number, now) or self.person.refusal
        if bad:
            return bad
        if not self.flags.is_global:
            return 403, "global_flag_required"
        if not self.granted:
            return 403, "global_grant_lapsed"
        self.used(number)
        return OK

    def whoami(self, number: int, now: datetime) -> Answer:
        bad = self.rejection(number, now) or self.person.refusal
        if not bad:
            self.used(number)
        return bad or OK

    def reissue_by(
        self,
        via: int | None,
        number: int,
        now: datetime,
        *,
        overlap: timedelta,
        read_only: bool | None,
        is_global: bool | None,
    ) -> Answer:
        """By the person's session (``via`` None), or by the token's own string ``via``."""
        bad = self._reissue_refusal(via, now, is_global)
        if bad:
            return bad
        if via is not None:
            self.used(via)
        flags = Flags(
            self.flags.read_only if read_only is None else read_only,
            self.flags.is_global if is_global is None else is_global,
        )
        at_most = None if via is None else min(self.strings[via][1], self.expires_at)
        self.reissue(flags, number, now, overlap, grantor=self.person, at_most=at_most)
        return OK

    def _reissue_refusal(
        self, via: int | None, now: datetime, is_global: bool | None
    ) -> Answer | None:
        bad = (via is not None and self.rejection(via, now)) or self.person.refusal
        if bad:
            return bad
        if via is not None and self.flags.read_only:
            return 403, "read_only_token"
        if self.gone:
            return 404, "personal_access_token_not_found"
        if self.flags.is_global if is_global is None else is_global:
            bad = self._grant_refusal(via, asked=is_global is not None)
        return bad or ((409, "token_revoked") if self.revoked_at is not None else None)

    def _grant_refusal(self, via: int | None, *, asked: bool) -> Answer | None:
        if not self.person.is_staff:
            return 403, "global_grant_not_allowed"
        if via is not None and not (self.flags.is_global and self.granted):
            return 403, "token_too_weak"
        return None if asked or self.granted else (403, "global_grant_lapsed")

    def reissue(
        self,
        flags: Flags,
        number: int,
        now: datetime,
        overlap: timedelta,
        *,
        grantor: Person,
        at_most: datetime | None = None,
    ) -> None:
        ended = self.generation != self.person.generation or now >= self.expires_at
        keeps = bool(overlap) and flags == self.flags and not ended
        overlapping = self.old is not None and self.old_until is not None and now < self.old_until
        old = self.old if overlapping else self.present
        if keeps and self.present is not None:
            self.old, self.old_until = old, min(now + overlap, self.expires_at)
        else:
            self.old = self.old_until = None
        self.flags = flags
        self.grantor = grantor if flags.is_global else None
        self.issue(number, now, at_most=at_most)

    def change_flags(self, flags: Flags, *, grantor: Person) -> Answer:
        if self.gone:
            return 404, "personal_access_token_not_found"
        if flags.is_global and not (grantor.is_staff and grantor.is_active):
            return 403, "global_grant_not_allowed"
        if self.revoked_at is not None:
            return 409, "token_revoked"
        if flags != self.flags:
            self.flags, self.present = flags, None
            self.old = self.old_until = None
        self.grantor = grantor if flags.is_global else None
        return OK

    def revoke(self, now: datetime) -> Answer:
        if self.person.refusal:
            return self.person.refusal
        if self.gone:
            return 404, "personal_access_token_not_found"
        self.revoked_at = self.revoked_at or now
        return OK

    def purge(self, now: datetime) -> None:
        ended = min(filter(None, (self.revoked_at, self.expires_at)))
        self.gone = self.gone or ended < now - RETENTION
