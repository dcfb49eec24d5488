"""Who acts on what is somebody else's, and the rows that are held while they do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from .callers.caller import Caller, Shell
from .events.event import Actor
from .policy.decision import Refused
from .policy.permission import OverOthers, Permission
from .policy.rules import decide
from .refusal import RefusalReason, RefusedError
from .tokens.record import Maker
from .unit_of_work import WriterLock


@dataclass(frozen=True)
class Administrator:
    """Who acts on anybody's account or tokens.

    Attributes:
        actor: as the account of events names them.
        caller: the person in the admin; None for the shell, whom the system vouches for.
    """

    actor: Actor
    caller: Caller | None = None

    def refusal(self, permission: OverOthers) -> RefusalReason | None:
        """Why the policy refuses them; None when it does not."""
        decision = decide(self.caller or Shell(), permission)
        return decision.reason if isinstance(decision, Refused) else None

    @property
    def maker(self) -> Maker:
        """Their credential, as the maker of a token's string."""
        return self.caller.maker if self.caller else Maker()

    def holding(self, lock: WriterLock, *user_ids: int, now: datetime) -> Administrator:
        """Hold these users' rows and one's own, and read oneself again.

        Raises:
            RefusedError: whoever it is may not administer any more.
            TokenRejectedError: the administrator's session has ended in the meantime.
        """
        if self.caller is None:
            lock.users(*user_ids)
            return self
        caller = lock.for_others(self.caller, *user_ids, now=now)
        decision = decide(caller, Permission.ADMINISTER)
        if isinstance(decision, Refused):
            raise RefusedError(decision.reason)
        return replace(self, caller=caller)
