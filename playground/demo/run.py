"""``python -m playground demo``."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from django.core.management import call_command

from .sample_data import PASSWORD, STAFF_EMAIL, load_sample_data
from .scratch_database import NoScratchDatabase, scratch_database
from .server import serving
from .story import Story, StoryFailed


def run_demo(arguments: argparse.Namespace) -> int:
    """Migrate, load the sample data, tell the story and, unless only that is wanted, serve until stopped."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    try:
        with scratch_database():
            print("Making the tables and the sample data …", flush=True)
            call_command("migrate", verbosity=0, interactive=False)
            load_sample_data()
            with serving(arguments.host, arguments.port) as address:
                Story(address).tell()
                sys.stdout.flush()
                if not arguments.story:
                    _say_where(address)
                    stopped.wait()
    except (NoScratchDatabase, StoryFailed) as error:
        print(f"\nThe demo ended early: {error}", file=sys.stderr)
        return 1
    return 0


def _say_where(address: str) -> None:
    print(f"\nThe shop is open at {address} (the same address in a browser: ready queries and tokens).")
    print(
        f"Log in with tokenCreate: giulia@example.com or {STAFF_EMAIL}, password {PASSWORD}. Ctrl-C ends it.",
        flush=True,
    )
