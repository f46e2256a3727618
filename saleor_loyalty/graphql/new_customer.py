"""A customer who is made by an input of ours. Who the customer is stays the host's: it is changed by the host's own
mutation afterwards."""

from __future__ import annotations

from typing import Any

import graphene

from ..accounts import NewCustomer, open_for_new_customer
from ..host import get_host
from ..storable_text import storable_part
from . import host_types
from .base import require_text
from .errors import InputRefused
from .ids import require_integer_key
from .permissions import PermissionDenied
from .request import LoyaltyRequest

NEEDS_USERS_TO_CREATE = "\n\nRequires MANAGE_USERS too."


class LoyaltyNewCustomerInput(graphene.InputObjectType):  # type: ignore[misc]
    email = graphene.String(required=True, description="The e-mail address. No other customer may have it.")
    first_name = graphene.String(description="Given name.")
    last_name = graphene.String(description="Family name.")
    language_code = graphene.Argument(host_types.LanguageCodeEnum, description="The customer's language.")


def require_may_create_customers(request: LoyaltyRequest) -> None:
    """Raise PermissionDenied without MANAGE_USERS."""
    if not request.requester.can_manage_users:
        raise PermissionDenied("MANAGE_LOYALTY", "MANAGE_USERS")


def open_new_customer(data: Any, request: LoyaltyRequest, *, idempotency_key: str | None = None) -> int:
    """Make the ``customer`` of an input at the host and return the id of the new account in the input's ``program``.

    Raises PermissionDenied without MANAGE_USERS; InputRefused: INVALID beside `account`, `user` or `email`, or for a
    malformed id, REQUIRED without e-mail; and as ``accounts.open_for_new_customer``. Needs an atomic block.
    """
    require_may_create_customers(request)
    if any(data.get(name) is not None for name in ("account", "user", "email")):
        raise InputRefused("INVALID", "A new customer has no account yet.", field="customer")
    customer, program = data["customer"], data.get("program")

    def create(new: NewCustomer) -> int:
        return get_host().create_customer(
            request.context,
            email=new.email,
            first_name=new.first_name,
            last_name=new.last_name,
            language_code=new.language_code,
        )

    return open_for_new_customer(
        NewCustomer(
            email=_storable(require_text(customer.get("email"), field="email")),
            first_name=_storable(customer.get("first_name") or ""),
            last_name=_storable(customer.get("last_name") or ""),
            language_code=customer.get("language_code"),
        ),
        create=create,
        at=request.at,
        program_id=None if program is None else require_integer_key(program, "LoyaltyProgram", field="program"),
        idempotency_key=idempotency_key,
    )


def _storable(text: str) -> str:
    return storable_part(text).strip()
