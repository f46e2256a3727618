"""The customer card: labels, notes and fields. One verb a file; the only writer of these tables.

Cards hold no points and no money. All of it is for staff: who may ask is settled before. Locks are taken in the order
program, accounts, labels, notes, each by primary key.
"""

from .add_note import add_note
from .archive_custom_field import archive_custom_field
from .assign_labels import LabelChange, assign_labels, unassign_labels
from .create_custom_field import create_custom_field
from .create_label import create_label
from .delete_label import delete_label
from .delete_note import delete_note
from .edit_note import edit_note
from .erase_card import erase_card
from .merge_labels import merge_labels
from .move_card import has_card, move_card, move_whole_card
from .open_automatic_label import open_automatic_label
from .ready_made import READY_MADE_FIELDS, open_ready_made_fields
from .rename_label import rename_label
from .set_field_values import UNCHECKED, FieldEntry, set_field_values
from .update_custom_field import update_custom_field

__all__ = [
    "READY_MADE_FIELDS",
    "UNCHECKED",
    "FieldEntry",
    "LabelChange",
    "add_note",
    "archive_custom_field",
    "assign_labels",
    "create_custom_field",
    "create_label",
    "delete_label",
    "delete_note",
    "edit_note",
    "erase_card",
    "has_card",
    "merge_labels",
    "move_card",
    "move_whole_card",
    "open_automatic_label",
    "open_ready_made_fields",
    "rename_label",
    "set_field_values",
    "unassign_labels",
    "update_custom_field",
]
