"""Over TLS too: an answer comes through, an unknown certificate is refused, and nobody holds a worker for long."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from saleor_loyalty.deliveries import sending
from saleor_loyalty.deliveries.sending import send

CERTIFICATE = Path(__file__).with_name("localhost.pem")
"""Of nobody but these tests, with its key."""


@contextmanager
def listening(answer: Callable[[ssl.SSLSocket], None]) -> Iterator[str]:
    """Yield the address of a server that answers one request over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            raw, _address = server.accept()
            with context.wrap_socket(raw, server_side=True) as connection:
                received = b""
                while not received.endswith(b"{}"):
                    received += connection.recv(65_536)
                answer(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.getsockname()[1]}/"
    finally:
        server.close()
        thread.join(timeout=5)


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.create_default_context(cafile=str(CERTIFICATE))
    monkeypatch.setattr(sending, "_context", lambda: context)


def accept(connection: ssl.SSLSocket) -> None:
    connection.sendall(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n")


def drip(connection: ssl.SSLSocket) -> None:
    """Send a header without end, a piece of it before each silence would be too long."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(40):
        connection.sendall(f"X-{number}: 1\r\n".encode())
        time.sleep(0.1)


def test_an_answer_over_tls_is_read(trusting: None):
    with listening(accept) as url:
        answer = send(url, body=b"{}", headers={})
    assert (answer.status, answer.error) == (204, "")


def test_a_certificate_that_nobody_vouches_for_is_refused():
    with listening(accept) as url:
        answer = send(url, body=b"{}", headers={})
    assert answer.status is None
    assert answer.error.startswith("The connection is not secure: ")


def test_an_answer_that_only_drips_is_hung_up_on_over_tls_too(trusting: None, monkeypatch: pytest.MonkeyPatch):
    # given
    monkeypatch.setattr(sending, "ALL_SECONDS", 0.3)

    # when
    began = time.monotonic()
    with listening(drip) as url:
        answer = send(url, body=b"{}", headers={})
        took = time.monotonic() - began

    # then
    assert (answer.status, answer.error) == (None, "It did not answer in time.")
    assert took < 3
