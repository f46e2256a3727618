"""Starts the processes that the Saleor benchmarks measure, each on a database of its own, and speaks to them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT / "scripts"))
from saleor_checkouts import SaleorCheckout, install_package  # noqa: E402
from saleor_databases import clone_database, database_url, drop_database, prepare_template  # noqa: E402

SETTINGS = "benchmarks.saleor_settings"
LOG_TAIL = 4000


class WorkerFailed(Exception):
    """A process ended before it answered; the message is the end of what it logged."""


class SaleorProcess:
    """One running worker."""

    def __init__(self, process: subprocess.Popen[str], log: IO[str]) -> None:
        self._process = process
        self._log = log

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """Send a command and wait for its answer. Raises WorkerFailed."""
        if self._process.stdin is None or self._process.stdout is None:
            raise WorkerFailed("the process has no pipes")
        self._process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            self._log.seek(0)
            raise WorkerFailed(self._log.read()[-LOG_TAIL:])
        answer: dict[str, Any] = json.loads(line)
        return answer

    def stop(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()


@contextmanager
def running_saleor(checkout: SaleorCheckout, *, server_url: str) -> Iterator[dict[bool, SaleorProcess]]:
    """Yield one process with the package (True) and one without (False), both with an open shop."""
    install_package(checkout)
    template = prepare_template(checkout, server_url=server_url)
    with ExitStack() as stack:
        processes = {}
        for with_loyalty in (False, True):
            name = f"benchmark_{checkout.slug}_{'with' if with_loyalty else 'without'}_{os.getpid()}"
            clone_database(server_url, template=template, name=name)
            stack.callback(drop_database, server_url, name)
            process = start_worker(
                checkout, "benchmarks.saleor_worker", url=database_url(server_url, name), with_loyalty=with_loyalty
            )
            stack.callback(process.stop)
            processes[with_loyalty] = process
        for process in processes.values():
            process.ask("open")
        yield processes


def start_worker(checkout: SaleorCheckout, module: str, *, url: str, with_loyalty: bool = True) -> SaleorProcess:
    """Start the module as a process of that Saleor, on the database at ``url``."""
    environment = checkout.environment(database_url=url, settings=SETTINGS)
    if not with_loyalty:
        environment["BENCHMARK_WITHOUT_LOYALTY"] = "1"
    log = tempfile.TemporaryFile("w+")  # noqa: SIM115  (it lives as long as the process)
    process = subprocess.Popen(
        [str(checkout.python), "-m", module],
        env=environment,
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    return SaleorProcess(process, log)
