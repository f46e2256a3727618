"""Serves the shop over HTTP, one thread a request, until it is stopped."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application


class QuietHandler(WSGIRequestHandler):
    """Says nothing of requests: the story is what is printed."""

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving(host: str, port: int) -> Iterator[str]:
    """Serve in a thread and yield the address of the endpoint; another free port where ``port`` is taken."""
    try:
        server = ThreadedWSGIServer((host, port), QuietHandler)
    except OSError:
        server = ThreadedWSGIServer((host, 0), QuietHandler)
    server.daemon_threads = True
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}/graphql/"
    finally:
        server.shutdown()
        server.server_close()
