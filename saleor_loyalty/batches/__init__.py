"""Points for many customers at once: by a list, by a filter, by a file; and taking all of it back.

A batch is read, judged, applied and, if need be, taken back in chunks by background workers (``step_batch``). Each
chunk is one atomic block under the batch's row lock: what is written down and what has moved agree after a kill at any
moment, and two workers never do the same. Points are moved by ``ledger/`` alone.
"""

from .create_batch import BatchWish, create_batch
from .give_many import LIST_MAX, Gift, GiftOutcome, GiftsOutcome, give_many, list_too_long
from .recovery import estimate_recovery
from .revert_batch import Recovery, revert_batch
from .run_batch import cancel_batch, forget_names, stalled_batches, step_batch

__all__ = [
    "LIST_MAX",
    "BatchWish",
    "Gift",
    "GiftOutcome",
    "GiftsOutcome",
    "Recovery",
    "cancel_batch",
    "create_batch",
    "estimate_recovery",
    "forget_names",
    "give_many",
    "list_too_long",
    "revert_batch",
    "stalled_batches",
    "step_batch",
]
