"""Blanking what batches searched for, which may be somebody's name, once their rows are forgotten too."""

from __future__ import annotations

import datetime

from ..accounts import without_search
from ..models import Batch
from .run_batch import NAMES_LAST


def forget_searches(*, at: datetime.datetime, limit: int) -> int:
    """Take the search text out of the filters of batches that ended long ago. Returns how many it was.

    Called right before ``forget_names``, and about the same batches: that is what marks them as forgotten.
    Cost: one statement, and one for each batch that searched.
    """
    ended = Batch.objects.filter(erased_at__isnull=True, finished_at__lte=at - NAMES_LAST)
    ended = ended.exclude(status__in=Batch.RUNNING).order_by("finished_at")
    count = 0
    for key, selection in ended.values_list("pk", "selection")[:limit]:
        kept = None if selection is None else without_search(selection)
        if kept != selection:
            count += Batch.objects.filter(pk=key).update(selection=kept)
    return count
