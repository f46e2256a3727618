"""What holds for memberships: the section ``memberships`` of the rules document. Their plans are not in it."""

from __future__ import annotations

from pydantic import model_validator

from .fields import DocumentPart
from .notice_days import NoticeDays, refuse_bad_notices


class MembershipPolicy(DocumentPart):
    """What holds for the memberships of the program's plans.

    The notices are not those of points: a plan of a month wants shorter ones than points that last a year.
    """

    notice_days: tuple[NoticeDays, ...] = ()
    """How many days before a membership ends the customer is told."""

    @model_validator(mode="after")
    def _is_coherent(self) -> MembershipPolicy:
        refuse_bad_notices(self.notice_days)
        return self
