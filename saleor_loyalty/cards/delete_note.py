"""``delete_note``: staff takes a note away for good."""

from __future__ import annotations

from django.db import transaction

from ..models import Note
from .locking import lock_note


def delete_note(note_id: int) -> Note:
    """Delete a note; returns it as it was, with its primary key.

    Raises NoteNotFound. Locks: the note. A second call raises NoteNotFound and changes nothing.
    """
    with transaction.atomic():
        note = lock_note(note_id)
        note.delete()
        note.pk = note_id
        return note
