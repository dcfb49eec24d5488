"""A scrape of the service as its environment configures it: the token in, status and body out."""

from __future__ import annotations

import json
import sys

from django.test import Client


def main() -> None:
    import config.application  # noqa: F401 - sets Django up

    headers = {"Authorization": f"Bearer {sys.stdin.read()}", "Host": "localhost"}
    response = Client(raise_request_exception=False).get("/api/v1/metrics", headers=headers)
    sys.stdout.write(json.dumps([response.status_code, response.content.decode()]) + "\n")
