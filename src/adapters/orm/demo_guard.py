"""The demo is never production: a server uses no connection to a database that holds it.

The database may be away when the server starts, and be another one when it comes. So each
connection is asked, by whoever opened it, before it answers anything else.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.db.backends.signals import connection_created

logger = logging.getLogger(__name__)


def refuse_the_demo() -> None:
    """Ask every connection that this process opens from now on."""
    connection_created.connect(_ask, dispatch_uid=__name__)


def _ask(*, connection: Any, **_: Any) -> None:
    """Ask a connection that was just opened.

    The demo goes into a database that holds nobody. While one does, a connection to it lives for
    one request, and the next connection is asked again.

    Raises:
        OperationalError: the database holds the demo. To a client it is away.
        DatabaseError, InterfaceError: it did not answer.
    """
    from adapters.orm.demo_accounts import demo_accounts, holds_anybody  # noqa: PLC0415 - the models

    using = connection.alias
    if using not in settings.DATABASES:
        return  # Django's own, by which it makes a database for tests
    try:
        found = demo_accounts(using)
        is_settled = holds_anybody(using)
    except Exception:
        connection.close()  # nobody asks it again
        raise
    if found:
        connection.close()
        logger.critical("the database holds the demo, so it is not served: %s", ", ".join(found))
        raise OperationalError("The database holds the demo.")
    if not is_settled:
        connection.close_at = time.monotonic()
