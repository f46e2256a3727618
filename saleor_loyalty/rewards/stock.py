"""Counting what of a reward stands: each in one statement that locks the reward's row, as the last lock of all.

Two sessions at the last one: the second waits for the first, and finds nothing left once that has committed.
"""

from __future__ import annotations

from django.db.models import F
from django.db.models.functions import Greatest

from ..models import RewardStock
from .refusals import RewardRefused


def take_from_stock(program_id: int, reward_key: str, *, stock: int | None) -> None:
    """Count one more. ``stock``: how many there are in all; None: any number.

    Raises RewardRefused REWARD_OUT_OF_STOCK. Locks: the reward's row, until the transaction ends.
    """
    RewardStock.objects.bulk_create([RewardStock(program_id=program_id, reward_key=reward_key)], ignore_conflicts=True)
    rows = RewardStock.objects.filter(program_id=program_id, reward_key=reward_key)
    if stock is not None:
        rows = rows.filter(issued__lt=stock)
    if not rows.update(issued=F("issued") + 1):
        raise RewardRefused("REWARD_OUT_OF_STOCK")


def give_back_to_stock(program_id: int, reward_key: str) -> None:
    """Count one less. Locks: the reward's row, until the transaction ends."""
    rows = RewardStock.objects.filter(program_id=program_id, reward_key=reward_key)
    rows.update(issued=Greatest(F("issued") - 1, 0))
