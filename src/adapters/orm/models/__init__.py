"""The tables."""

from adapters.orm.models.activity import LoginTally, UserActivity
from adapters.orm.models.company import Company, Membership
from adapters.orm.models.known_network import KnownNetwork
from adapters.orm.models.personal_access_token import PersonalAccessToken
from adapters.orm.models.rate_limit import SignInBucket
from adapters.orm.models.session import Session
from adapters.orm.models.shared_result import SharedResult
from adapters.orm.models.tallies import RejectionTally, RequestTally
from adapters.orm.models.token_event import EventPurge, TokenEvent
from adapters.orm.models.user import SocialAccount, User

__all__ = [
    "Company",
    "EventPurge",
    "KnownNetwork",
    "LoginTally",
    "Membership",
    "PersonalAccessToken",
    "RejectionTally",
    "RequestTally",
    "Session",
    "SharedResult",
    "SignInBucket",
    "SocialAccount",
    "TokenEvent",
    "User",
    "UserActivity",
]
