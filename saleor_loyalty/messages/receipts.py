"""A receipt in words: short for customers, with all numbers for staff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..rules import Receipt, ReceiptLine
from .rendering import render


def describe_receipt(receipt: Receipt, *, language: str, point_names: Mapping[str, Any] | None = None) -> str:
    """Return what the receipt comes to, in one sentence."""
    codes = {"EARN": "RECEIPT_SUMMARY_EARNED", "REDEEM": "RECEIPT_SUMMARY_REDEEMED"}
    code = codes.get(receipt.kind, "RECEIPT_SUMMARY_NOTHING") if receipt.points else "RECEIPT_SUMMARY_NOTHING"
    return render(code, language=language, point_names=point_names, points=receipt.points)


def describe_receipt_line(
    line: ReceiptLine,
    *,
    currency: str,
    language: str,
    point_names: Mapping[str, Any] | None = None,
    is_for_staff: bool = False,
) -> str:
    """Return one line of a receipt. Staff read the rule, the base and the arithmetic, customers the reason."""
    return render(
        f"RECEIPT_{line.code}_STAFF" if is_for_staff else f"RECEIPT_{line.code}",
        language=language,
        point_names=point_names,
        currency=currency,
        points=line.points,
        base=line.base,
        rule=line.rule_key or "–",
        detail=f"({line.detail})" if line.detail else "",
    )
