"""One request to an endpoint: to a judged address, without redirects, without proxies, within a bounded time.

The answer's status is all that counts; its body is not read, so that nobody can read through us what they could not
read themselves.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from .addresses import Target, find_addresses, parse_url
from .refusals import EndpointRefused

CONNECT_SECONDS = 5
CONNECT_TRIES = 3
"""Addresses of one name that are tried."""
SILENCE_SECONDS = 10
"""The longest pause between two pieces of an answer."""
ALL_SECONDS = 15
"""The longest time from the connection to the answer, however busy."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came of a request. ``status`` is None where nobody answered."""

    status: int | None = None
    error: str = ""

    @property
    def is_success(self) -> bool:
        return not self.error


def send(url: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
    """POST the body. Never raises: what went wrong is in the answer."""
    try:
        target = parse_url(url)
        addresses = find_addresses(target)
    except EndpointRefused as error:
        return Answer(error=error.message)
    try:
        status = _post(target, addresses, body=body, headers=headers)
    except TimeoutError:
        return Answer(error="It did not answer in time.")
    except ssl.SSLError as error:
        return Answer(error=f"The connection is not secure: {error.reason or error}.")
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(error=f"It could not be reached: {type(error).__name__}: {error}"[:500])
    if 200 <= status < 300:
        return Answer(status=status)
    note = " Redirects are not followed." if 300 <= status < 400 else ""
    return Answer(status=status, error=f"It answered with the status {status}.{note}")


def _post(target: Target, addresses: list[str], *, body: bytes, headers: Mapping[str, str]) -> int:
    connected = _secured(_connect(addresses, target.port), target)
    is_late = threading.Event()

    def hang_up() -> None:
        is_late.set()
        with contextlib.suppress(OSError):
            # The plain one: that of TLS would first talk to the other side.
            socket.socket.shutdown(connected, socket.SHUT_RDWR)

    watch = threading.Timer(ALL_SECONDS, hang_up)
    watch.daemon = True
    watch.start()
    try:
        connected.settimeout(SILENCE_SECONDS)
        if isinstance(connected, ssl.SSLSocket):
            connected.do_handshake()
        connection = http.client.HTTPConnection(target.host, target.port, timeout=SILENCE_SECONDS)
        connection.sock = connected
        connection.request("POST", target.path, body=body, headers={**headers, "Host": target.host_header})
        status = connection.getresponse().status
        if is_late.is_set():
            # Hung up on in the midst of the headers, which then look like all of them.
            raise TimeoutError
        return status
    except (OSError, ValueError, http.client.HTTPException):
        if is_late.is_set():
            raise TimeoutError from None
        raise
    finally:
        watch.cancel()
        connected.close()


def _secured(raw: socket.socket, target: Target) -> socket.socket:
    """Return the socket to talk through. Of TLS the handshake is still to come, for it must be within the time too."""
    if not target.is_secure:
        return raw
    try:
        return _context().wrap_socket(raw, server_hostname=target.host, do_handshake_on_connect=False)
    except Exception:
        raw.close()
        raise


def _connect(addresses: list[str], port: int) -> socket.socket:
    # The owner of the address decides how many there are.
    addresses = addresses[:CONNECT_TRIES]
    for position, address in enumerate(addresses):
        try:
            return socket.create_connection((address, port), timeout=CONNECT_SECONDS)
        except OSError:
            if position == len(addresses) - 1:
                raise
    raise OSError("no address")


@lru_cache(maxsize=1)
def _context() -> ssl.SSLContext:
    return ssl.create_default_context()
