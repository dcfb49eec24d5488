"""From which networks an account signed in, as keyed digests: a copy of the table tells nothing."""

from __future__ import annotations

from datetime import datetime

from django.utils.crypto import salted_hmac

from adapters.orm.models import KnownNetwork
from domain.limits import KNOWN_FOR


class OrmKnownNetworks:
    """A row for each account and network."""

    def is_known(self, account: str, network: str, *, now: datetime) -> bool:
        """Whether the account completed a sign-in from there within ``KNOWN_FOR``."""
        rows = KnownNetwork.objects.filter(pk=_key(account, network))
        return rows.filter(signed_in_at__gt=now - KNOWN_FOR).exists()

    def remember(self, account: str, network: str, *, now: datetime) -> None:
        """A sign-in was completed."""
        KnownNetwork.objects.bulk_create(
            [KnownNetwork(key=_key(account, network), signed_in_at=now)],
            update_conflicts=True,
            update_fields=["signed_in_at"],
            unique_fields=["key"],
        )


def _key(account: str, network: str) -> str:
    return salted_hmac("known network", f"{account} {network}", algorithm="sha256").hexdigest()
