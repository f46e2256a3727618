"""A real HTTP server that receives events, and remembers or refuses them as a test says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Received:
    """One request."""

    body: bytes
    headers: dict[str, str]
    status: int

    @property
    def event(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass
class Receiver:
    """``answer`` decides on the status of each request, with the event that came; it may take its time."""

    url: str = ""
    answer: Callable[[dict[str, Any]], int] = lambda _event: 200
    requests: list[Received] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def accepted(self) -> list[dict[str, Any]]:
        """The events that were answered with success, in the order of their arrival."""
        with self.lock:
            return [request.event for request in self.requests if request.status == 200]

    def sequences(self, account_id: str | None = None) -> list[int]:
        """The sequence numbers of the ledger's rows that were accepted, repetitions left out."""
        found = [
            event["data"]["sequence"]
            for event in self.accepted
            if "sequence" in event["data"] and account_id in (None, event["account"])
        ]
        return list(dict.fromkeys(found))


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = receiver.answer(json.loads(body))
            with receiver.lock:
                receiver.requests.append(Received(body, dict(self.headers), status))
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{receiver.url}elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
