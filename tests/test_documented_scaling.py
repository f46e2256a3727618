"""The page on scaling quotes measurements and limits: they are those of the benchmarks and of the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from saleor_loyalty import tasks
from saleor_loyalty.batches.apply_rows import APPLY_CHUNK

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE = " ".join((DOCS / "explanation" / "scaling.md").read_text(encoding="utf-8").split())
BENCHMARKS = " ".join((DOCS / "reference" / "benchmarks.md").read_text(encoding="utf-8").split())


@pytest.mark.parametrize(
    ("said", "measured"),
    [
        ("0.59 for a deduction, 0.59 for a give", "a deduction 0.59 (met; eight statements each), a give 0.59"),
        ("20 statements more with points", "takes 20 more statements, not 10; a voucher takes 18"),
        (
            "a completion takes 126 statements without the package",
            "| `checkoutComplete` | package | plain | 133 / 126 |",
        ),
        ("take 24 GB", "ten million take 24 GB"),
        ("takes 1.0 ms at ten million transactions", "| an account's page of history | 0.9 | 1.0 |"),
        ("9.6 ms for the overview of 30 days", "with the period before | 9.0 | 9.6 |"),
        ("30 to 156 ms", "| 29.8; 155.9; 88.6 |"),
        ("only the top earners of a single day look at everybody", "**A single day, and up to three days of one"),
    ],
)
def test_what_is_quoted_was_measured(said, measured):
    assert said in PAGE
    assert measured in BENCHMARKS


def test_the_pieces_of_work_are_those_of_the_code():
    assert (APPLY_CHUNK, tasks.RECONCILE_LIMIT, tasks.ROLL_UP_LIMIT) == (100, 200, 20_000)
    for said in ("a hundred rows", "two hundred orders", "twenty thousand transactions of a program"):
        assert said in PAGE
