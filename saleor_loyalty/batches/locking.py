"""Taking a batch's row lock. It comes before the locks of accounts, and serializes whoever works on the batch."""

from __future__ import annotations

from ..lock_objects import batch_qs_select_for_update
from ..models import Batch


def lock_batch(batch_id: int) -> Batch | None:
    """Return the batch, locked, as it is now; None where another session works on it just now, or it is gone. Inside
    an atomic block only."""
    return batch_qs_select_for_update(skip_locked=True).filter(pk=batch_id).first()


def wait_for_batch(batch_id: int) -> Batch | None:
    """Return the batch once whoever works on it has finished its chunk, locked; None where it is gone."""
    return batch_qs_select_for_update().filter(pk=batch_id).first()
