"""Prints the figures of the Saleor benchmark as tables, each line with its target and OK or SHORT."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .figures import Comparison

TITLES = {"applying": "points / promo code"}


def verdict(is_met: bool) -> str:
    return "OK" if is_met else "SHORT"


def print_comparisons(comparisons: Iterable[Comparison]) -> None:
    """Print statements and time of each operation in a case and in the case that it is compared with."""
    print(
        f"\n{'operation':30} {'case':8} {'against':8} {'statements':>17} {'target':>7} {'':5} "
        f"{'milliseconds':>17} {'ratio':>6} {'target':>7} {'':5} {'cpu':>5}"
    )
    for one in comparisons:
        statements = f"{one.statements} / {one.baseline_statements}"
        more = one.statements - one.baseline_statements
        milliseconds = f"{one.milliseconds:.0f} / {one.baseline_milliseconds:.0f}"
        print(
            f"{TITLES.get(one.operation, one.operation):30} {one.case:8} {one.baseline:8} "
            f"{statements:>11} {more:>+5} {f'<= +{one.target.statements_more}':>7} "
            f"{verdict(one.are_statements_met):5} {milliseconds:>17} {one.time_ratio:6.2f} "
            f"{f'<= {one.target.time_ratio:.2f}':>7} {verdict(one.is_time_met):5} "
            f"{one.cpu_ratio:5.2f}"
        )


def print_lists(lists: Sequence[dict[str, Any]]) -> None:
    """Print what our fields cost on lists of several sizes, and whether the number of statements is constant."""
    print(
        f"\n{'list with our fields':22} {'size':>5} {'statements':>11} {'without':>8} {'ours':>5} "
        f"{'ms':>7} {'without':>8}"
    )
    for one in lists:
        ours = one["statements"] - one["plain_statements"]
        print(
            f"{one['list']:22} {one['size']:5} {one['statements']:11} {one['plain_statements']:8} {ours:5} "
            f"{one['milliseconds']:7.0f} {one['plain_milliseconds']:8.0f}"
        )
    for name in dict.fromkeys(one["list"] for one in lists):
        print(f"{name:22} {verdict(is_constant([one for one in lists if one['list'] == name]))}: constant statements")


def is_constant(sizes: Sequence[dict[str, Any]]) -> bool:
    """Return whether our fields take as many statements on each size of a list."""
    return len({one["statements"] - one["plain_statements"] for one in sizes}) == 1
