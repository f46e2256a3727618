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
        ("0.60 for a deduction, 0.49 for a give", "a deduction 0.60 (met; eight statements each), a give 0.49"),
        ("36 statements more with points", "takes 36 more statements; a voucher takes 18"),
        (
            "a completion takes 126 statements without the package",
            "| `checkoutComplete` | package | plain | 136 / 126 |",
        ),
        ("take 20 GB", "ten million take 20 GB"),
        ("takes 1.2 ms at ten million transactions", "| an account's page of history | 1.2 | 1.2 |"),
        ("8.7 ms for the overview of 30 days", "with the period before | 8.2 | 8.7 |"),
        ("24 to 113 ms", "| 23.8; 113; 69.6 |"),
        ("only the top earners of a few days look at everybody", "**Top earners of a few days do not hold it.**"),
    ],
)
def test_what_is_quoted_was_measured(said, measured):
    assert said in PAGE
    assert measured in BENCHMARKS


def test_the_pieces_of_work_are_those_of_the_code():
    assert (APPLY_CHUNK, tasks.RECONCILE_LIMIT, tasks.ROLL_UP_LIMIT) == (100, 200, 20_000)
    for said in ("a hundred rows", "two hundred orders", "twenty thousand transactions of a program"):
        assert said in PAGE
