"""The exceptions of the domain.

    LoyaltyException
    ├── AccountNotFound            NOT_FOUND (also for somebody else's account: the answer is the same)
    ├── AccountFrozen              ACCOUNT_FROZEN
    ├── AccountClosed              ACCOUNT_FROZEN
    ├── InvalidPoints              INVALID
    ├── InsufficientPoints         INSUFFICIENT_POINTS
    ├── RedemptionRefused          the code of the refusal, with maxPoints and minPoints
    ├── IdempotencyConflict        IDEMPOTENCY_KEY_REUSED
    ├── StaleRevision              STALE_REVISION
    ├── ReservationNotFound        RESERVATION_NOT_FOUND
    ├── ReservationAlreadySettled  RESERVATION_EXPIRED
    ├── ProgramNotFound            NOT_FOUND
    ├── ProgramNotNamed            REQUIRED
    ├── DraftNotFound              NOT_FOUND
    ├── LotNotFound                NOT_FOUND
    ├── LabelNotFound              NOT_FOUND
    ├── NoteNotFound               NOT_FOUND
    ├── NoteChanged                STALE_REVISION
    ├── CustomFieldNotFound        NOT_FOUND
    ├── PlanNotFound               NOT_FOUND
    ├── MembershipNotFound         NOT_FOUND
    ├── NotMember                  NOT_A_MEMBER
    ├── FieldValuesInvalid         INVALID, with one message for each path in the input
    ├── FieldValuesChanged         STALE_REVISION, with one message for each path in the input
    ├── HasPoints                  HAS_POINTS
    ├── PointsReserved             POINTS_RESERVED
    ├── HasActiveMembership        HAS_ACTIVE_MEMBERSHIP
    ├── AccountFilterInvalid       INVALID, with the path in the filter
    ├── LimitReached               LIMIT_REACHED
    │   └── OperationLimitReached  LIMIT_REACHED, with maxPoints
    ├── TransactionNotFound        NOT_FOUND
    ├── NotReversible              INVALID
    ├── AlreadyReversed            ALREADY_REVERSED
    ├── AlreadyExists              ALREADY_EXISTS
    ├── ProgramInactive            PROGRAM_INACTIVE
    ├── RulesInvalid               RULE_INVALID, with one message for each path in the document
    ├── CurrencyMismatch           CURRENCY_MISMATCH
    └── RegistrationRequired       REGISTRATION_REQUIRED

Each carries a stable ``code`` (a member of LoyaltyErrorCode in GraphQL), the input ``field`` that it is about,
and the facts. Raising one means that nothing was written. Programmer errors are plain ValueError or TypeError.
"""

from __future__ import annotations

from collections.abc import Sequence


class LoyaltyException(Exception):
    """The root of what the domain refuses."""

    code: str = "INVALID"
    field: str | None = None

    def __init__(self, message: str = "", *, field: str | None = None) -> None:
        super().__init__(message or self.__class__.__doc__ or self.code)
        if field is not None:
            self.field = field

    @property
    def message(self) -> str:
        return str(self.args[0])


class AccountNotFound(LoyaltyException):
    """There is no such account, or it is not the requester's."""

    code = "NOT_FOUND"
    field = "account"


class CheckoutNotFound(LoyaltyException):
    """There is no such checkout, or it is not the requester's."""

    code = "NOT_FOUND"
    field = "id"


class AccountFrozen(LoyaltyException):
    """The account is frozen: points can be neither given nor spent."""

    code = "ACCOUNT_FROZEN"
    field = "account"


class AccountClosed(LoyaltyException):
    """The account is closed."""

    code = "ACCOUNT_FROZEN"
    field = "account"


class InvalidPoints(LoyaltyException):
    """The number of points is not a whole number in the allowed range."""

    code = "INVALID"
    field = "points"


class InsufficientPoints(LoyaltyException):
    """The account has fewer points available than asked for."""

    code = "INSUFFICIENT_POINTS"
    field = "points"

    def __init__(self, *, requested: int, available: int, field: str | None = None) -> None:
        super().__init__(f"{requested} points were asked for, {available} are available.", field=field)
        self.requested = requested
        self.available = available


class RedemptionRefused(LoyaltyException):
    """A redemption is not possible as asked for."""

    field = "points"

    def __init__(
        self, code: str, message: str, *, max_points: int | None = None, min_points: int | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.max_points = max_points
        self.min_points = min_points


class IdempotencyConflict(LoyaltyException):
    """The idempotency key was already used for another request."""

    code = "IDEMPOTENCY_KEY_REUSED"
    field = "idempotencyKey"


class StaleRevision(LoyaltyException):
    """The account has changed since it was read."""

    code = "STALE_REVISION"
    field = "expectedRevision"

    def __init__(self, *, expected: int, actual: int) -> None:
        super().__init__(f"The account is at revision {actual}, not {expected}.")
        self.expected = expected
        self.actual = actual


class ReservationNotFound(LoyaltyException):
    """There is no open reservation."""

    code = "RESERVATION_NOT_FOUND"
    field = "id"


class ReservationAlreadySettled(LoyaltyException):
    """The reservation was already committed, released or has expired."""

    code = "RESERVATION_EXPIRED"


class ProgramNotFound(LoyaltyException):
    """There is no such program."""

    code = "NOT_FOUND"
    field = "program"


class ProgramNotNamed(LoyaltyException):
    """There are several programs: say which one."""

    code = "REQUIRED"
    field = "program"


class DraftNotFound(LoyaltyException):
    """The program has no draft to publish."""

    code = "NOT_FOUND"
    field = "program"


class LabelNotFound(LoyaltyException):
    """There is no such label."""

    code = "NOT_FOUND"
    field = "label"


class NoteNotFound(LoyaltyException):
    """There is no such note."""

    code = "NOT_FOUND"
    field = "note"


class NoteChanged(LoyaltyException):
    """The note has changed since it was read."""

    code = "STALE_REVISION"
    field = "expectedUpdatedAt"


class CustomFieldNotFound(LoyaltyException):
    """There is no such field."""

    code = "NOT_FOUND"
    field = "customField"


class LotNotFound(LoyaltyException):
    """There is no such lot that still holds points in this account."""

    code = "NOT_FOUND"
    field = "lots"


class PlanNotFound(LoyaltyException):
    """There is no such plan."""

    code = "NOT_FOUND"
    field = "plan"


class MembershipNotFound(LoyaltyException):
    """There is no such membership."""

    code = "NOT_FOUND"
    field = "id"


class NotMember(LoyaltyException):
    """Confirm your e-mail address first."""

    code = "NOT_A_MEMBER"
    field = "code"


class FieldValuesInvalid(LoyaltyException):
    """Fields of a card do not allow what they should say. ``problems`` holds (path, message) pairs in the order of
    the input."""

    field = "values"

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{path}: {message}" for path, message in problems))
        self.problems = tuple(problems)


class FieldValuesChanged(FieldValuesInvalid):
    """Fields of a card say something else than when they were read."""

    code = "STALE_REVISION"


class HasPoints(LoyaltyException):
    """The account has points, pending ones among them, or owes some; they can only be forfeited by name."""

    code = "HAS_POINTS"
    field = "forfeit"

    def __init__(self, *, available: int, pending: int, debt: int) -> None:
        super().__init__(f"The account has {available} points available and {pending} pending, and owes {debt}.")
        self.available = available
        self.pending = pending
        self.debt = debt


class PointsReserved(LoyaltyException):
    """Points of the account are set aside for a checkout."""

    code = "POINTS_RESERVED"
    field = "account"

    def __init__(self, *, points: int) -> None:
        super().__init__(f"{points} points are set aside for a checkout: it must end first.")
        self.points = points


class HasActiveMembership(LoyaltyException):
    """The customer has a membership that is active or frozen."""

    code = "HAS_ACTIVE_MEMBERSHIP"
    field = "account"


class AccountFilterInvalid(LoyaltyException):
    """This is no filter of accounts."""

    def __init__(self, message: str, *, path: str = "") -> None:
        super().__init__(f"{path}: {message}" if path else message, field="filter")
        self.path = path


class LimitReached(LoyaltyException):
    """There is no room for more."""

    code = "LIMIT_REACHED"


class OperationLimitReached(LimitReached):
    """One operation by hand may not move so many points in this program."""

    field = "points"

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"One operation may move at most {limit} points.")
        self.max_points = limit


class TransactionNotFound(LoyaltyException):
    """There is no such transaction."""

    code = "NOT_FOUND"
    field = "id"


class NotReversible(LoyaltyException):
    """The transaction is not one that can be taken back by hand."""

    field = "id"


class AlreadyReversed(LoyaltyException):
    """It was taken back before."""

    code = "ALREADY_REVERSED"
    field = "id"


class AlreadyExists(LoyaltyException):
    """What may exist only once exists already."""

    code = "ALREADY_EXISTS"


class ProgramInactive(LoyaltyException):
    """No program is active here and now."""

    code = "PROGRAM_INACTIVE"


class RulesInvalid(LoyaltyException):
    """The rules document is not valid. ``problems`` holds (path, message) pairs in the order of the document."""

    code = "RULE_INVALID"
    field = "rules"

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{path}: {message}" for path, message in problems))
        self.problems = tuple(problems)


class CurrencyMismatch(LoyaltyException):
    """The currency is not the channel's."""

    code = "CURRENCY_MISMATCH"


class RegistrationRequired(LoyaltyException):
    """This channel sells only to registered customers."""

    code = "REGISTRATION_REQUIRED"
