"""From which addresses people sign in."""

from __future__ import annotations

from adapters.orm.models import TokenEvent
from domain.events.event import EventKind

_PEOPLE = 3


def only_address(count: int) -> str | None:
    """The address that the last ``count`` sign-ins, of several people, all came from.

    None where there were fewer, or where they came from several, as they should.
    """
    started = TokenEvent.objects.filter(kind=EventKind.SESSION_STARTED.value)
    last = list(started.order_by("-at", "-id").values_list("address", "user_id")[:count])
    addresses = {address for address, _ in last}
    people = {user_id for _, user_id in last}
    if len(last) < count or len(addresses) > 1 or len(people) < _PEOPLE:
        return None
    return addresses.pop() or None
