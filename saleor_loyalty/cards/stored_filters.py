"""Filters that are kept and name a label: when that label is merged into another they name the other.

Audiences, and the batches and exports that have not found their accounts yet. A deleted label is not taken out of
them: a filter that names one matches nobody. The filters are written by whoever keeps them; this is the one change
made to them from here, in the merger's transaction, so that no filter is ever without both labels.
"""

from __future__ import annotations

from typing import Any

from ..models import Audience, Batch, BatchStatus, Export, ExportStatus

_ONE = ("eq", "label_id")
_SEVERAL = ("oneOf", "notOneOf", "label_ids", "without_label_ids")
_OPEN = (ExportStatus.PENDING, ExportStatus.RUNNING)


def rename_in_filters(label_id: int, *, into_id: int, program_id: int) -> None:
    """Put one label's key for another's into the stored filters of a program.

    Locks / writes: those filters' rows, which nobody locks who waits for a label. Cost: three statements, and one for
    each filter that names the label.
    """
    for rows, column in (
        (Audience.objects.filter(program_id=program_id), "filter"),
        (
            Batch.objects.filter(program_id=program_id, status=BatchStatus.READING, selection__isnull=False),
            "selection",
        ),
        (Export.objects.filter(program_id=program_id, status__in=_OPEN), "filter"),
    ):
        for row in rows.order_by("pk").only("pk", column):
            before = getattr(row, column)
            after = _renamed(before, label_id, into_id)
            if after != before:
                rows.model.objects.filter(pk=row.pk, **{column: before}).update(**{column: after})


def _renamed(data: Any, label_id: int, into_id: int) -> Any:
    """Return a filter's JSON with the other label. The filter of accounts names labels under ``labels`` at any depth,
    the filter of the log under keys of its own."""
    if isinstance(data, list):
        return [_renamed(item, label_id, into_id) for item in data]
    if not isinstance(data, dict):
        return data
    found = {}
    for name, value in data.items():
        if name == "labels" or name in ("label_id", "label_ids", "without_label_ids"):
            found[name] = _renamed_choice({name: value}, label_id, into_id)[name]
        else:
            found[name] = _renamed(value, label_id, into_id) if name in ("AND", "OR") else value
    return found


def _renamed_choice(choice: dict[str, Any], label_id: int, into_id: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in choice.items():
        if name == "labels":
            found[name] = _renamed_choice(value, label_id, into_id)
        elif name in _ONE:
            found[name] = into_id if value == label_id else value
        elif name in _SEVERAL:
            found[name] = list(dict.fromkeys(into_id if key == label_id else key for key in value))
        else:
            found[name] = value
    return found
