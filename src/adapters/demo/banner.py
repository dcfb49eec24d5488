"""What the demo prints: where everything is, who signs in, and lines to paste into a shell."""

from __future__ import annotations

import ipaddress

from adapters.demo.people import PASSWORD, STAFF_EMAIL

_TEMPLATE = """\
ShellUI metrics: the demo
=========================

  Interactive docs   {base}/api/docs/
  OpenAPI            {base}/api/openapi.json
  Tokens of yours    {base}/tokens/
  Django admin       {base}/admin/
  Health             {base}/health/ready
{exposed}
Sign in, always with the password {password}

  {staff}      staff and superuser: every company, and the admin
  owner@acme.example      owner of acme: acme's metrics
  member@acme.example     member of acme: no metrics
  owner@globex.example    owner of globex: globex's metrics

Try it: the lines below go into bash as they are, and need curl and python3 only.

  # First these two: where the service is, and a function that picks a field of an answer.
  BASE={base}
  field() {{ python3 -c "import json, sys; print(json.load(sys.stdin)['$1'])"; }}

  # An owner signs in and sees the metrics of acme.
  TOKEN=$(curl -sS "$BASE/api/v1/token?grant_type=password" -H 'Content-Type: application/json' -d '{{"email": "owner@acme.example", "password": "{password}"}}' | field access_token)
  curl -sS "$BASE/api/v1/metrics" -H "Authorization: Bearer $TOKEN"

  # Staff see every company, and the platform.
  STAFF=$(curl -sS "$BASE/api/v1/token?grant_type=password" -H 'Content-Type: application/json' -d '{{"email": "{staff}", "password": "{password}"}}' | field access_token)
  curl -sS "$BASE/api/v1/metrics/all" -H "Authorization: Bearer $STAFF"

  # A read-only personal access token for a scraper lives months, where a session's lives minutes.
  PAT=$(curl -sS "$BASE/api/v1/personal-access-tokens" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{{"name": "prometheus", "read_only": true}}' | field access_token)
  curl -sS "$BASE/api/v1/metrics" -H "Authorization: Bearer $PAT"

This is DEBUG: plain HTTP, a key made up for this folder, and passwords that everybody knows. What
production adds (https only, its own keys) is in docs/configuration.md.
"""  # noqa: E501 - a line to paste is one line
_EXPOSED = """
  OPEN TO OTHER MACHINES: whoever reaches port {port} of this one signs in with the passwords below,
  as a superuser too; all they send and read crosses the network in the clear, and an error shows
  how the service is set up. Keep nothing true in it, and stop it when it was seen.
"""


def banner(*, host: str, port: int) -> str:
    """The text, for a service that listens there."""
    return _TEMPLATE.format(
        base=_base(host, port),
        exposed="" if _is_at_home(host) else _EXPOSED.format(port=port),
        password=PASSWORD,
        staff=STAFF_EMAIL,
    )


def _is_at_home(host: str) -> bool:
    """Whether no other machine gets there."""
    address = _address(host)
    return host == "localhost" if address is None else address.is_loopback


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def _base(host: str, port: int) -> str:
    """Where a browser on this machine finds the service: all addresses are also the local one."""
    address = _address(host)
    if address is None:
        return f"http://{host}:{port}"
    if address.is_unspecified:
        address = ipaddress.ip_address("127.0.0.1" if address.version == 4 else "::1")  # noqa: PLR2004 - IPv4
    return f"http://[{address}]:{port}" if address.version == 6 else f"http://{address}:{port}"  # noqa: PLR2004 - IPv6
