"""Networks: the part of an address that one household or one office shares."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

_IPV4_PREFIX, _IPV6_PREFIX = 24, 64


def network_of(address: str) -> str:
    """The /24 of an IPv4 address, the /64 of an IPv6 address; "" for what is no address.

    An IPv4 address mapped into IPv6 (RFC 4291 section 2.5.5.2) counts as IPv4.
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    prefix = _IPV6_PREFIX if isinstance(parsed, IPv6Address) else _IPV4_PREFIX
    return str(ip_network((parsed, prefix), strict=False))
