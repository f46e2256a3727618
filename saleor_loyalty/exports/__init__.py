"""Exports: rows of the log or of accounts as a file of any size, written in the background, part by part.

Only this part writes exports and their files. An export of the log holds the rows that were there when it was
made. One of accounts holds none that were opened later, but each as it is, and if it is wanted, when its part is
written: its points, labels and names are not those of one moment. A run that is killed is taken up where its last part
ended; of the log the file is the same as if nothing had happened.
"""

from .create_export import cancel_export, create_export
from .create_person_export import FOR_STAFF, create_person_export, person_exports
from .delete_files import delete_expired_files
from .links import LINK_LASTS, download_token, link_ends_at, open_token
from .serving import serve_export
from .waking import wake_exporter
from .write_export import Progress, claim_export, find_stalled_exports, release_claim, write_part

__all__ = [
    "FOR_STAFF",
    "LINK_LASTS",
    "Progress",
    "cancel_export",
    "claim_export",
    "create_export",
    "create_person_export",
    "person_exports",
    "delete_expired_files",
    "download_token",
    "find_stalled_exports",
    "link_ends_at",
    "open_token",
    "release_claim",
    "serve_export",
    "wake_exporter",
    "write_part",
]
