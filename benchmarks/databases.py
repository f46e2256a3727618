"""One benchmark on databases of several sizes, asked in turn.

What a size takes as a multiple of another is told from rounds that ask each size once, one right after the other: the
load of the machine, which changes from round to round, is nearly the same within one. The databases stand on the
server of ``DATABASE_URL``, are made by the benchmark and dropped at the end unless they are to be kept; a later run
then finds them.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from .figures import time_ratio

WARM_UP = 3
RATIO = 1.5
"""The most that the largest size may take as a multiple of the smallest."""
Cases = Mapping[str, Callable[[], Any]]
Samples = dict[int, dict[str, list[float]]]


def connect() -> None:
    """Set Django up on the server's own database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.test_settings")
    url = urlsplit(os.environ["DATABASE_URL"])
    os.environ["DATABASE_URL"] = urlunsplit(url._replace(path="/postgres"))
    import django

    django.setup()


class Databases:
    """A database of each size. ``use`` says which of them Django's default connection is now."""

    def __init__(self, prefix: str, sizes: Sequence[int]) -> None:
        self._names = {size: f"{prefix}_{size}" for size in sizes}
        self._connections: dict[int, Any] = {}

    @contextmanager
    def opened(self, fill: Callable[[int], None], *, is_kept: bool) -> Iterator[Databases]:
        """Open the databases; ``fill`` each that is new."""
        from django.db import connections

        server = connections["default"]
        try:
            for size, name in self._names.items():
                if self._open(size, name, server=server):
                    fill(size)
            yield self
        finally:
            connections["default"] = server
            for size, connection in self._connections.items():
                connection.close()
                if not is_kept:
                    with server.cursor() as cursor:
                        cursor.execute(f'DROP DATABASE "{self._names[size]}"')

    def use(self, size: int) -> None:
        from django.db import connections

        connections["default"] = self._connections[size]

    def _open(self, size: int, name: str, *, server: Any) -> bool:
        from django.core.management import call_command
        from django.db import connections

        connections["default"] = server
        with server.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = %s)", [name])
            is_new = not cursor.fetchone()[0]
            if is_new:
                cursor.execute(f'CREATE DATABASE "{name}"')
        self._connections[size] = server.copy()
        self._connections[size].settings_dict["NAME"] = name
        self.use(size)
        call_command("migrate", verbosity=0)
        return is_new


def measure(cases: Mapping[int, Cases], *, rounds: int, use: Callable[[int], None] = lambda size: None) -> Samples:
    """Return the seconds of each case at each size, a number for each round. Before a case is asked, ``use`` is told
    its size."""
    found: Samples = {size: {} for size in cases}
    for title in next(iter(cases.values())):
        samples: dict[int, list[float]] = {size: [] for size in cases}
        for _ in range(WARM_UP + rounds):
            for size in cases:
                use(size)
                start = time.perf_counter()
                cases[size][title]()
                samples[size].append(time.perf_counter() - start)
        for size, seconds in samples.items():
            found[size][title] = seconds[WARM_UP:]
    return found


def report(found: Samples, *, target_ms: Callable[[str], float | None]) -> None:
    """Print the median milliseconds of each case, the median of the rounds' ratios, and whether both are within what
    is aimed at. ``target_ms`` returns None where nothing is."""
    sizes = sorted(found)
    small, large = sizes[0], sizes[-1]
    print(f"{'medians in milliseconds':42}" + "".join(f"{size:>12,}" for size in sizes) + f"{'ratio':>8}  target")
    for title in found[large]:
        times = [statistics.median(found[size][title]) * 1000 for size in sizes]
        ratio = time_ratio(found[large][title], found[small][title])
        target = target_ms(title)
        is_met = target is None or (times[-1] <= target and (ratio <= RATIO or small == large))
        verdict = "" if target is None else f"{target:.0f} ms and {RATIO}: {'OK' if is_met else 'SHORT'}"
        print(f"{title:42}" + "".join(f"{time_:12.1f}" for time_ in times) + f"{ratio:8.2f}  {verdict}", flush=True)
