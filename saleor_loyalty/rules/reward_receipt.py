"""The receipts of what a reward moved: its points went, or came back. Pure; held by ``tests/rules/test_rewards.py``.

Codes:

    REWARD_REDEEMED   the points that the reward cost; detail: its type
    REWARD_RETURNED   its points that came back; detail: why, REVERSED or EXPIRED
"""

from __future__ import annotations

from typing import Any

from .receipt import Receipt, ReceiptLine, receipt_to_json


def explain_reward(*, reward_key: str, type: str, points: int, program_version: int | None) -> dict[str, Any]:
    """Return the receipt of a reward's ``points`` that were taken."""
    return _written("REWARD", "REWARD_REDEEMED", reward_key, -points, type, program_version)


def explain_reward_return(*, reward_key: str, cause: str, points: int, program_version: int | None) -> dict[str, Any]:
    """Return the receipt of a reward's ``points`` that came back. ``cause``: REVERSED or EXPIRED."""
    return _written("RETURN", "REWARD_RETURNED", reward_key, points, cause, program_version)


def _written(
    kind: str, code: str, reward_key: str, points: int, detail: str, program_version: int | None
) -> dict[str, Any]:
    line = ReceiptLine(code, rule_key=reward_key, points=points, detail=detail)
    return receipt_to_json(
        Receipt(
            kind=kind,
            points=points,
            currency="",
            program_version=program_version,
            rule_keys=(reward_key,),
            lines=(line,),
        )
    )
