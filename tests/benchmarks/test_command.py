"""``python -m benchmarks``: which benchmark gets which arguments, and a machine without Saleor."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def run(*words, **environment):
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *words],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_where_no_saleor_is_found_it_says_so(tmp_path):
    done = run("saleor", SALEOR_HOME=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert f"SKIPPED: Saleor 3.23: no checkout at {tmp_path}/3.23" in done.stdout
    assert "no Saleor was found" in done.stdout


def test_arguments_need_the_name_of_one_benchmark():
    done = run("--rounds", "3")
    assert done.returncode == 2
    assert "name one of rules, ledger, accounts, saleor" in done.stderr
