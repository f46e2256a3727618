"""Runs the benchmarks: ``python -m benchmarks [NAME …] [ARGUMENT …]``, where a name is one of rules, ledger, accounts,
saleor, batches, saleor_accounts, statistics and audit.

Without a name all but the last four; the last three make a million customers or ten million transactions first.
With one name, what follows goes to that benchmark (``python -m benchmarks saleor --help``). Each runs in a process of
its own. Where there is no ``DATABASE_URL``, PostgreSQL servers are started for the ledger and for Saleor.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

BY_DEFAULT = ("rules", "ledger", "accounts", "saleor")
NAMES = (*BY_DEFAULT, "batches", "saleor_accounts", "statistics", "audit")


def main(words: Sequence[str]) -> int:
    if words and words[0] in ("-h", "--help"):
        print(__doc__)
        return 0
    chosen = [word for word in words if word in NAMES]
    rest = [word for word in words if word not in NAMES]
    if rest and len(chosen) != 1:
        print(f"Arguments go to one benchmark: name one of {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    codes = []
    for name in chosen or BY_DEFAULT:
        print(f"---------- {name} ----------", flush=True)
        codes.append(subprocess.run(_command(name, rest), check=False).returncode)
    return max(codes)


def _command(name: str, rest: Sequence[str]) -> list[str]:
    command = [sys.executable, "-m", f"benchmarks.{name}", *rest]
    if name in ("ledger", "accounts", "batches", "statistics", "audit") and not os.environ.get("DATABASE_URL"):
        return [sys.executable, "-m", "playground.database", "run", "--", *command]
    return command


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
