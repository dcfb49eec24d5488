"""What a personal access token reaches: the policy, asked as if the token were sent now."""

from __future__ import annotations

from dataclasses import dataclass

from .decision import Allowed, Decision
from .permission import Permission
from .rules import decide
from .standing import PatRights, Standing


@dataclass(frozen=True)
class Reach:
    """What the policy says to one token.

    Attributes:
        company: to a scrape of the token's company.
        platform: to a scrape of every company.
        changes: to unsafe methods, such as creating and revoking its user's tokens.
    """

    company: Decision
    platform: Decision
    changes: Decision

    @property
    def sees_every_company(self) -> bool:
        """Whether a scrape of every company is answered."""
        return isinstance(self.platform, Allowed)

    @property
    def scrapes(self) -> bool:
        """Whether any scrape is answered: without that it is of no use to Prometheus."""
        return isinstance(self.company, Allowed) or self.sees_every_company


def reach_of(holder: Standing, token: PatRights) -> Reach:
    """Ask what ``holder`` would be answered with a token of theirs, in the company they are in.

    Args:
        holder: the token's user, whatever they came with.
        token: what it may do.
    """
    bearer = Standing(holder.user, holder.company_id, holder.company, holder.membership, token)
    return Reach(
        company=decide(bearer, Permission.SCRAPE_COMPANY),
        platform=decide(bearer, Permission.SCRAPE_PLATFORM),
        changes=decide(bearer, Permission.WRITE_TOKENS),
    )


def reach_of_new(maker: Standing, *, read_only: bool, access_global_metrics: bool) -> Reach:
    """Ask what a token would reach that ``maker`` makes for themselves now.

    The global flag would be a grant of theirs, so it is worth what their right to give it is.
    """
    grant = decide(maker, Permission.GRANT_GLOBAL_METRICS)
    token = PatRights(
        read_only=read_only,
        access_global_metrics=access_global_metrics,
        grant_is_live=isinstance(grant, Allowed),
    )
    return reach_of(maker, token)
