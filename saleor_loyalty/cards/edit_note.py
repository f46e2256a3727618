"""``edit_note``: staff changes what is written about a customer."""

from __future__ import annotations

import datetime

from django.db import transaction

from ..errors import NoteChanged
from ..models import Note
from ..models.card import NOTE_TEXT_MAX, NOTE_TYPE_MAX
from .inputs import check_name, check_text
from .locking import lock_note


def edit_note(
    note_id: int,
    *,
    at: datetime.datetime,
    text: str | None = None,
    type: str | None = None,
    expected_updated_at: datetime.datetime | None = None,
) -> Note:
    """Replace the text or the type of a note; what is None stays. Its author stays the one who added it.

    ``expected_updated_at`` is the note's ``updated_at`` when whoever edits read it: two who edit one note at once
    do not lose what the first wrote.

    Raises:
        LoyaltyException (INVALID): as ``add_note``.
        NoteNotFound: there is no such note.
        NoteChanged: it was changed to something else since ``expected_updated_at``.

    Locks: the note. A second call changes nothing.
    """
    if text is not None:
        text = check_text(text, max_length=NOTE_TEXT_MAX, field="text")
    if type is not None:
        type = check_name(type, max_length=NOTE_TYPE_MAX, field="type", is_optional=True)
    with transaction.atomic():
        note = lock_note(note_id)
        wanted = (note.text if text is None else text, note.type if type is None else type)
        if wanted != (note.text, note.type):
            if expected_updated_at not in (None, note.updated_at):
                raise NoteChanged
            note.text, note.type = wanted
            note.updated_at = at
            note.save(update_fields=["text", "type", "updated_at"])
        return note
