"""Where an endpoint may be: never inside of the shop's own network, whatever its name says.

The name is resolved, every address it has is judged, and the connection goes to a judged address, so that a name that
changes its mind between the two leads nowhere. It is judged when the endpoint is saved and each time it is sent to.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from .. import app_settings
from .refusals import EndpointRefused

URL_MAX = 2000
_PORTS = {"https": 443, "http": 80}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A URL, taken apart."""

    is_secure: bool
    host: str
    port: int
    path: str
    """With the query."""

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        is_usual = self.port == _PORTS["https" if self.is_secure else "http"]
        return host if is_usual else f"{host}:{self.port}"


def parse_url(url: str) -> Target:
    """Return the parts of a URL. Raises EndpointRefused where it is not ``https://host[:port]/path[?query]``.

    Plain ``http`` is for ``localhost`` under ``DEBUG``, and where private networks are allowed.
    """
    if len(url) > URL_MAX or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise EndpointRefused(f"A URL has at most {URL_MAX} printable ASCII characters and no blanks.")
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").rstrip(".")
    except ValueError as error:
        raise EndpointRefused(f"This is no URL: {error}.") from error
    if parts.scheme not in _PORTS or not host:
        raise EndpointRefused("A URL begins with https:// and a host.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise EndpointRefused("A URL must have neither a user, nor a password, nor a fragment.")
    if parts.scheme == "http" and not (app_settings.EVENT_PRIVATE_NETWORKS or _is_local_trial(host)):
        raise EndpointRefused("A URL begins with https://.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(is_secure=parts.scheme == "https", host=host, port=port or _PORTS[parts.scheme], path=path)


def find_addresses(target: Target) -> list[str]:
    """Return the addresses of the target, each of which may be sent to. Raises EndpointRefused where one may not, or
    where the name is unknown."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise EndpointRefused(f"The name {target.host} cannot be resolved.") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not (app_settings.EVENT_PRIVATE_NETWORKS or _is_local_trial(target.host)):
        for address in addresses:
            if not is_public(address):
                raise EndpointRefused(f"The name {target.host} leads to {address}, which is not a public address.")
    if not addresses:
        raise EndpointRefused(f"The name {target.host} has no address.")
    return addresses


def is_public(text: str) -> bool:
    """Return whether the address is one of the internet, and hides none that is not."""
    try:
        address: Address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    inner = _inner(address)
    if inner is not None:
        return is_public(str(inner))
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _inner(address: Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that an IPv6 address stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]


def _is_local_trial(host: str) -> bool:
    return bool(settings.DEBUG) and host in {"localhost", "127.0.0.1", "::1"}
