"""``open_automatic_label``: the program's own labels, made at their first need."""

from __future__ import annotations

import datetime

from ..models import Label
from ..models.card import CARD_KEY_MAX, LABEL_NAME_MAX
from .inputs import check_name

_NAMES_TRIED = 100


def open_automatic_label(program_id: int, *, key: str, name: str, at: datetime.datetime) -> Label:
    """Return the program's automatic label of that key, made with that name where there is none yet (A-176, A-177).

    A label that staff has made keeps its name: then the automatic one is called by the name and a number.

    Raises ValueError where the key is no key, or staff's own label has it; LoyaltyException for an unusable name.

    It takes no lock, so that it can be called under an account's. Two sessions at once get the same label. A later
    call with another name changes nothing.
    """
    if not 0 < len(key) <= CARD_KEY_MAX:
        raise ValueError(f"a key has 1 to {CARD_KEY_MAX} characters")
    name = check_name(name, max_length=LABEL_NAME_MAX - len(f" {_NAMES_TRIED}"))
    for number in range(1, _NAMES_TRIED + 1):
        label = Label.objects.filter(program_id=program_id, key=key).first()
        if label is not None:
            if not label.is_automatic:
                raise ValueError(f"the key {key} belongs to a label that staff has made")
            return label
        new = Label(
            program_id=program_id,
            key=key,
            name=name if number == 1 else f"{name} {number}",
            is_automatic=True,
            created_at=at,
            updated_at=at,
        )
        # Either the name or the key may be taken, perhaps only just now: what is there is read again.
        Label.objects.bulk_create([new], ignore_conflicts=True)
    label = Label.objects.filter(program_id=program_id, key=key, is_automatic=True).first()
    if label is None:
        raise ValueError(f"{_NAMES_TRIED} labels are called {name}")
    return label
