"""The account list of ``benchmarks.accounts`` on Saleor: its tables, its customers and its own search.

The accounts, guests and requests are the same; the customers are Saleor's, and each has the search document or the
search vector that Saleor itself gives a customer of that name (compared with Saleor's own on some of them). Requests
are staff's, through Saleor's whole view. In each Saleor one process for each size, both asked in turn.

    python -m benchmarks saleor_accounts [--versions 3.23 …] [--sizes 100000 1000000] [--rounds 15] [--keep]

A million customers take about 4 GB and some minutes.
"""

from __future__ import annotations

import argparse
import functools
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from .accounts import SIZES, target_of
from .databases import Cases, measure, report
from .saleor_process import SaleorProcess, start_worker

if TYPE_CHECKING:
    from saleor_checkouts import SaleorCheckout


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks saleor_accounts", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("--versions", nargs="+", default=["3.23"])
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES))
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--keep", action="store_true", help="leave the databases")
    arguments = parser.parse_args(words)
    from saleor_checkouts import find_checkouts
    from saleor_server import running_server

    checkouts, skipped = find_checkouts(arguments.versions)
    for sentence in skipped:
        print(f"SKIPPED: {sentence}")
    if not checkouts:
        return 0
    with running_server() as server_url:
        for checkout in checkouts:
            print(f"\nSaleor {checkout.version}, {arguments.rounds} rounds", flush=True)
            with running(checkout, arguments.sizes, server_url=server_url, is_kept=arguments.keep) as processes:
                asked = {size: cases_of(process) for size, process in processes.items()}
                report(measure(asked, rounds=arguments.rounds), target_ms=target_of)
    return 0


@contextmanager
def running(
    checkout: SaleorCheckout, sizes: Sequence[int], *, server_url: str, is_kept: bool
) -> Iterator[dict[int, SaleorProcess]]:
    """Yield for each size a process on a database with so many accounts."""
    from saleor_checkouts import install_package
    from saleor_databases import clone_database, database_exists, database_url, drop_database, prepare_template

    install_package(checkout)
    template = prepare_template(checkout, server_url=server_url)
    with ExitStack() as stack:
        processes = {}
        for size in sizes:
            # The template's name ends with what our migrations are known by.
            name = f"benchmark_accounts_{checkout.slug}_{template.rpartition('_')[2]}_{size}"
            is_new = not database_exists(server_url, name)
            with ExitStack() as unfinished:
                if is_new:
                    clone_database(server_url, template=template, name=name)
                    unfinished.callback(drop_database, server_url, name)
                process = start_worker(
                    checkout, "benchmarks.saleor_accounts_worker", url=database_url(server_url, name)
                )
                unfinished.callback(process.stop)
                if is_new:
                    process.ask("fill", size=size)
                unfinished.pop_all()
            if not is_kept:
                stack.callback(drop_database, server_url, name)
            stack.callback(process.stop)
            processes[size] = process
        yield processes


def cases_of(process: SaleorProcess) -> Cases:
    titles = process.ask("titles")["titles"]
    return {title: functools.partial(process.ask, "send", title=title) for title in titles}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
