"""Who may see and do what. The rule of privacy lives here alone.

Staff operations need MANAGE_LOYALTY and answer everybody else with PermissionDenied. On the host's own objects our
fields are null for everybody but the owner or staff and apps that hold MANAGE_LOYALTY and the permission of that
object, so that a shared page never fails. In which channels staff may work is the subject of ``reach.py``. Ownership
is the authenticated user's id, never an e-mail. Enforced by ``tests/graphql/test_authorization.py``, which has a row
for each field.
"""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError

from ..errors import AccountNotFound
from ..host import Requester
from .request import loyalty_request

NEEDS_LOYALTY = "\n\nRequires one of the following permissions: MANAGE_LOYALTY."
NEEDS_ALL_CHANNELS = " Staff restricted to channels need all of the program's."
NEEDS_USERS = "\n\nRequires MANAGE_LOYALTY and MANAGE_USERS, or the owner of the account; null otherwise."
STAFF_ONLY = "\n\nNull without MANAGE_LOYALTY."


class PermissionDenied(GraphQLError):  # type: ignore[misc]
    """The requester lacks a permission, or has it for other channels only (then ``message`` says so)."""

    def __init__(self, *permissions: str, message: str = "") -> None:
        names = " and ".join(permissions)
        super().__init__(message or f"To access this path, you need the following permissions: {names}")


def require_manage_loyalty(info: Any) -> Requester:
    """Return the requester. Raises PermissionDenied without MANAGE_LOYALTY."""
    requester = loyalty_request(info).requester
    if not requester.can_manage_loyalty:
        raise PermissionDenied("MANAGE_LOYALTY")
    return requester


def require_manage_users(info: Any) -> Requester:
    """Return the requester. Raises PermissionDenied without MANAGE_LOYALTY and MANAGE_USERS."""
    requester = require_manage_loyalty(info)
    if not requester.can_manage_users:
        raise PermissionDenied("MANAGE_LOYALTY", "MANAGE_USERS")
    return requester


def require_manage_orders(info: Any) -> Requester:
    """Return the requester. Raises PermissionDenied without MANAGE_LOYALTY and MANAGE_ORDERS."""
    requester = require_manage_loyalty(info)
    if not requester.can_manage_orders:
        raise PermissionDenied("MANAGE_LOYALTY", "MANAGE_ORDERS")
    return requester


def is_user(requester: Requester, user_id: int | None) -> bool:
    """Return whether the requester is that very user. Apps and anonymous requesters are nobody."""
    return requester.app_id is None and requester.user_id is not None and requester.user_id == user_id


def require_customer(requester: Requester) -> int:
    """Return the key of the user who asks for themselves. Raises AccountNotFound for apps and anonymous requesters."""
    if requester.user_id is None or requester.app_id is not None:
        raise AccountNotFound
    return requester.user_id


def may_see_customer(requester: Requester, user_id: int | None) -> bool:
    """Return whether the requester may know who the customer of an account is."""
    return is_user(requester, user_id) or (requester.can_manage_loyalty and requester.can_manage_users)


def may_see_account_of_user(requester: Requester, user_id: int) -> bool:
    """Return whether the requester may read the account on a User of the host."""
    return is_user(requester, user_id) or (requester.can_manage_loyalty and requester.can_manage_users)


def may_see_checkout(requester: Requester, user_id: int | None) -> bool:
    """Return whether the requester may read what is the account's on a checkout of that user."""
    return is_user(requester, user_id) or (requester.can_manage_loyalty and requester.can_manage_checkouts)


def may_see_order(requester: Requester, user_id: int | None) -> bool:
    """Return whether the requester may read the loyalty part of an order of that user."""
    return is_user(requester, user_id) or (requester.can_manage_loyalty and requester.can_manage_orders)
