"""One doubt about a rules document."""

from __future__ import annotations

from typing import NamedTuple


class RuleWarning(NamedTuple):
    """One doubt about the document."""

    path: str
    code: str
    message: str
