"""Tokens of a world's rows: ``python -m bench.tokens 2 3 4`` prints one a line."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from bench.environment import set_up_django


def main(numbers: list[int]) -> None:
    """Sign, with the environment's key, what the bearers of these tokens would hold."""
    set_up_django()
    from adapters.demo.world import token_id  # noqa: PLC0415
    from adapters.orm.models import PersonalAccessToken  # noqa: PLC0415
    from adapters.orm.repositories.sessions import OrmProfiles  # noqa: PLC0415
    from adapters.orm.repositories.tokens import PAT_COLUMNS, pat_record  # noqa: PLC0415
    from config.container import services  # noqa: PLC0415
    from domain.tokens.issuing import pat_payload  # noqa: PLC0415

    for number in numbers:
        rows = PersonalAccessToken.objects.filter(pk=token_id(number))
        record = pat_record(rows.values_list(*PAT_COLUMNS).get())
        profile = OrmProfiles().profile(record.user_id, record.company_id)
        payload = pat_payload(record, profile, now=datetime.now(UTC))
        print(services().authenticate.codec.sign(payload))


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]])
