#!/usr/bin/env python3
"""The service's command line (see ``adapters.commands.command_line``)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

if __name__ == "__main__":
    try:
        from adapters.commands.command_line import main
    except ModuleNotFoundError as exc:
        sys.exit(
            f"{sys.executable} does not have {exc.name}, which the service needs. Use the Python "
            "that has (make run sets one up): .venv/bin/python manage.py ..."
        )
    main(sys.argv)
