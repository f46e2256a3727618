"""Short ways to make an export, to write it, and to look at its file and at the storage."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from django.conf import settings

from saleor_loyalty.exports import Progress, claim_export, create_export, write_part
from saleor_loyalty.host import get_host
from saleor_loyalty.log import TransactionFilter
from saleor_loyalty.models import Export, LoyaltyProgram
from tests.ledger.builders import NOW

EVERYTHING = TransactionFilter()


def make(program: LoyaltyProgram, wanted: Any = EVERYTHING, **values: Any) -> Export:
    return create_export(program.pk, wanted=wanted, at=NOW, **values)


def write(export: Export, *, at=NOW, key: str = "") -> list[Progress]:
    """Write the export to its end. Returns what each part said."""
    claim = claim_export(export.pk, at=at, key=key)
    said = []
    while claim and (not said or said[-1] is Progress.MORE):
        said.append(write_part(export.pk, claim=claim, at=at))
    export.refresh_from_db()
    return said


def content(export: Export) -> bytes:
    storage = get_host().private_storage()
    pieces = []
    for part in export.parts.filter(is_written=True).order_by("number"):
        with storage.open(part.name, "rb") as file:
            pieces.append(file.read())
    return b"".join(pieces)


def table(export: Export) -> list[dict[str, str]]:
    text = content(export).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def stored_files() -> list[str]:
    root = Path(settings.PLAYGROUND_PRIVATE_FILES) / "saleor-loyalty"
    return sorted(str(path.relative_to(root)) for path in root.rglob("*.csv"))
