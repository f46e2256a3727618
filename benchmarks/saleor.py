"""Saleor's own operations with the package and without it: SQL statements and time.

    python -m benchmarks saleor [--versions 3.23 …] [--rounds 15] [--json FILE] [--texts FOLDER] [--no-lists]

For each version two processes run, one with the package and a published program, one as if it were not installed,
each on its own copy of the same database. In a round every operation is sent once in each case, one right after the
other. The cases: plain (without the package), package (with it, no points), points (200 points applied), voucher
(without the package, a voucher for the same 20.00). See ``docs/reference/benchmarks.md``.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from .figures import Comparison, Samples, Target, agreed_statements, compare
from .report import print_comparisons, print_lists
from .saleor_process import SaleorProcess, running_saleor

CASES = {"plain": False, "package": True, "points": True, "voucher": False}
"""Which process a case runs in: with the package or without."""
APPLYING = {"points": "points", "voucher": "promo code"}
OPERATIONS = (
    "checkoutCreate",
    "applying",
    "checkoutLinesAdd",
    "checkoutDeliveryMethodUpdate",
    "checkoutComplete",
    "orderFulfill",
)
CART_CHANGES = ("checkoutLinesAdd", "checkoutDeliveryMethodUpdate")
WARM_UP_ROUNDS = 3
LIST_SIZES = (1, 20, 100)
LIST_ROUNDS = 5
LIST_NAMES = ("products", "product variants", "checkouts", "orders", "accounts", "customers")

Measured = dict[tuple[str, str], Samples]


def main(words: Sequence[str]) -> int:
    arguments = _parse(words)
    from saleor_checkouts import find_checkouts
    from saleor_server import running_server

    checkouts, skipped = find_checkouts(arguments.versions)
    for sentence in skipped:
        print(f"SKIPPED: {sentence}")
    if not checkouts:
        print("SKIPPED: no Saleor was found, so its operations were not measured (see SALEOR_HOME).")
        return 0
    results = {}
    with running_server() as server_url:
        for checkout in checkouts:
            with running_saleor(checkout, server_url=server_url) as processes:
                print(f"\nSaleor {checkout.version}, {arguments.rounds} rounds", flush=True)
                results[checkout.version] = _measure_version(processes, arguments)
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2) + "\n")
    return 0


def _parse(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks saleor", description=__doc__.partition("\n")[0])
    parser.add_argument("--versions", nargs="+", default=["3.23"])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--texts", type=Path, help="write the statements of each operation and case to this folder")
    parser.add_argument("--no-lists", action="store_true", help="leave out the lists of 1, 20 and 100")
    return parser.parse_args(words)


def _measure_version(processes: dict[bool, SaleorProcess], arguments: argparse.Namespace) -> dict[str, Any]:
    measured = measure_operations(processes, rounds=arguments.rounds, texts=arguments.texts)
    comparisons = list(compare_operations(measured))
    print_comparisons(comparisons)
    lists = [] if arguments.no_lists else list(measure_lists(processes[True], texts=arguments.texts))
    if lists:
        print_lists(lists)
    return {"operations": [dataclasses.asdict(one) for one in comparisons], "lists": lists}


def measure_operations(processes: dict[bool, SaleorProcess], *, rounds: int, texts: Path | None) -> Measured:
    """Send all operations in all cases, round by round; the first rounds only warm the processes up."""
    measured: Measured = {}
    names = list(CASES)
    for number in range(WARM_UP_ROUNDS + rounds):
        # Each round begins with another case, so that none of them always follows the same one.
        order = names[number % len(names) :] + names[: number % len(names)]
        for operation in OPERATIONS:
            for case in order:
                if operation == "applying" and case not in APPLYING:
                    continue
                sent = APPLYING[case] if operation == "applying" else operation
                answer = processes[CASES[case]].ask("measure", case=case, operation=sent)
                if number >= WARM_UP_ROUNDS:
                    samples = measured.setdefault((operation, case), Samples())
                    samples.add(**_sample(answer))
                if texts is not None:
                    _write_texts(texts / f"{operation}-{case}.sql", answer["statements"])
        print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return measured


def _sample(sent: dict[str, Any]) -> dict[str, Any]:
    return {
        "seconds": sent["seconds"],
        "cpu_seconds": sent["cpu_seconds"],
        "statements": len(sent["statements"]),
    }


def _write_texts(path: Path, statements: Sequence[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{statement};\n" for statement in statements))


def compare_operations(measured: Measured) -> Iterator[Comparison]:
    """Yield what the targets speak of. Raises RoundsDisagree."""
    no_points = Target(statements_more=1, time_ratio=1.02)
    with_points = Target(statements_more=8, time_ratio=1.10)
    as_a_voucher = Target(statements_more=0, time_ratio=1.00)
    of_an_order = Target(statements_more=10, time_ratio=1.05)
    pairs = [("checkoutCreate", "package", "plain", no_points)]
    for operation in CART_CHANGES:
        pairs += [
            (operation, "package", "plain", no_points),
            (operation, "points", "plain", with_points),
            (operation, "points", "voucher", as_a_voucher),
        ]
    pairs.append(("applying", "points", "voucher", as_a_voucher))
    for operation in ("checkoutComplete", "orderFulfill"):
        pairs += [(operation, case, "plain", of_an_order) for case in ("package", "points")]
    for operation, case, baseline, target in pairs:
        yield compare(
            operation,
            case=case,
            baseline=baseline,
            samples=measured[operation, case],
            base=measured[operation, baseline],
            target=target,
        )


def measure_lists(process: SaleorProcess, *, texts: Path | None) -> Iterator[dict[str, Any]]:
    """Yield for each list and size what our fields cost: the statements more than the same list without them."""
    process.ask("fill_checkouts")
    for name in LIST_NAMES:
        if name == "orders":
            process.ask("fill_orders")
        for size in LIST_SIZES:
            plain, ours = Samples(), Samples()
            for number in range(1 + LIST_ROUNDS):
                answer = process.ask("list", name=name, size=size)
                if number:
                    for samples, key in ((plain, "plain"), (ours, "ours")):
                        sent = answer[key]
                        samples.add(**_sample(sent))
            if texts is not None:
                _write_texts(texts / f"{name}-{size}.sql", answer["ours"]["statements"])
            yield {
                "list": name,
                "size": size,
                "statements": agreed_statements(f"{name}, {size}", ours.statements),
                "plain_statements": agreed_statements(f"{name}, {size}, plain", plain.statements),
                "milliseconds": ours.milliseconds,
                "plain_milliseconds": plain.milliseconds,
            }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
