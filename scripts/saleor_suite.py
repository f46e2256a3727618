"""Runs the contract tests and the scenarios inside of each Saleor found on this machine.

    python scripts/saleor_suite.py prepare [VERSION ...]
    python scripts/saleor_suite.py test [VERSION ...] [--jobs N] [-- PYTEST ARGUMENT ...]

``prepare`` installs this package into the environments and migrates the template databases; ``test`` does the same
where it is missing and runs the tests, two versions at a time. PostgreSQL: ``DATABASE_URL`` if set, else a server of
our own whose data directory stays beside the checkouts, so that the templates are made once. The exit code is 0 where
every version that was found passed, and also where none was found, which is said loudly.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from saleor_checkouts import PROJECT, SaleorCheckout, find_checkouts, install_package
from saleor_databases import (
    clone_database,
    database_url,
    drop_abandoned_clones,
    drop_database,
    prepare_template,
)
from saleor_server import running_server

TESTS = ("tests/saleor", "tests/scenarios")


def main() -> int:
    arguments, pytest_arguments = _parse(sys.argv[1:])
    checkouts, skipped = find_checkouts(arguments.versions)
    for sentence in skipped:
        print(f"SKIPPED: {sentence}", flush=True)
    if not checkouts:
        print("SKIPPED: no Saleor was found, nothing was tested against a real one (see SALEOR_HOME).", flush=True)
        return 0
    with running_server() as server_url:
        for checkout in checkouts:
            install_package(checkout)
        with ThreadPoolExecutor(max_workers=arguments.jobs) as pool:
            if arguments.action == "prepare":
                list(pool.map(lambda checkout: _prepare(checkout, server_url), checkouts))
                return 0
            results = list(pool.map(lambda checkout: _test(checkout, server_url, pytest_arguments), checkouts))
    for version, code, summary in results:
        print(f"Saleor {version}: {summary} (exit code {code})")
    for sentence in skipped:
        print(f"SKIPPED: {sentence}")
    return 1 if any(code for _, code, _ in results) else 0


def _parse(words: list[str]) -> tuple[argparse.Namespace, list[str]]:
    pytest_arguments: list[str] = []
    if "--" in words:
        cut = words.index("--")
        words, pytest_arguments = words[:cut], words[cut + 1 :]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=("prepare", "test"))
    parser.add_argument("versions", nargs="*")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    return parser.parse_args(words), pytest_arguments


def _prepare(checkout: SaleorCheckout, server_url: str) -> str:
    started = time.monotonic()
    template = prepare_template(checkout, server_url=server_url)
    print(f"Saleor {checkout.version}: {template} ({time.monotonic() - started:.0f} s)", flush=True)
    return template


def _test(checkout: SaleorCheckout, server_url: str, pytest_arguments: list[str]) -> tuple[str, int, str]:
    """Run pytest on a clone; return the version, pytest's exit code and its last line."""
    template = _prepare(checkout, server_url)
    prefix = f"test_saleor_{checkout.slug}_"
    drop_abandoned_clones(server_url, prefix=prefix)
    name = f"{prefix}{os.getpid()}"
    clone_database(server_url, template=template, name=name)
    environment = checkout.environment(database_url=database_url(server_url, name))
    environment |= {
        "PYTEST_PLUGINS": "tests.saleor.pytest_saleor",
        "SHOP_DRIVER": "tests.scenarios.drivers.saleor.SaleorDriver",
    }
    paths = () if any(not word.startswith("-") for word in pytest_arguments) else TESTS
    command = [str(checkout.python), "-m", "pytest", "-c", "tests/saleor/pytest.ini", "--rootdir", str(PROJECT)]
    command += ["--confcutdir", "tests/saleor", *pytest_arguments, *(path for path in paths if Path(path).exists())]
    try:
        result = subprocess.run(
            command,
            env=environment,
            cwd=PROJECT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
    finally:
        drop_database(server_url, name)
    print(f"---------- Saleor {checkout.version} ----------\n{result.stdout}", flush=True)
    lines = result.stdout.strip().splitlines() or ["no output"]
    return checkout.version, result.returncode, lines[-1].strip("= ")


if __name__ == "__main__":
    sys.exit(main())
