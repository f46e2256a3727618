"""A new customer of Saleor's, made by Saleor's own mutation: its checks, its event, its webhook, its search index.

The customer has no password and is unconfirmed until one is set, as Saleor has it for every customer whom staff make.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.core.exceptions import ValidationError
from graphene.utils.str_converters import to_camel_case

from ..errors import AlreadyExists, LoyaltyException


def create_customer(context: Any, *, email: str, first_name: str, last_name: str, language_code: str | None) -> int:
    """Create the customer and return the pk. Inside an atomic block Saleor tells the world when that is committed.

    Raises AlreadyExists for the e-mail of another user; LoyaltyException for what Saleor refuses.
    """
    # Saleor's GraphQL layer may not be imported while the apps are loaded.
    from saleor.graphql.account.mutations.staff.customer_create import CustomerCreate

    values = {"email": email, "first_name": first_name, "last_name": last_name}
    if language_code is not None:
        values["language_code"] = language_code
    # The permission is asked for before: this is the mutation without its entrance.
    info = SimpleNamespace(context=context, schema=None)
    try:
        return int(CustomerCreate.perform_mutation(None, info, input=values).user.pk)
    except ValidationError as exception:
        raise _refusal(exception) from None


def _refusal(exception: ValidationError) -> LoyaltyException:
    for field, errors in getattr(exception, "error_dict", {"email": [exception]}).items():
        message = " ".join(message for error in errors for message in error.messages)
        if any(error.code == "unique" for error in errors):
            return AlreadyExists(message, field=to_camel_case(field))
        return LoyaltyException(message, field=to_camel_case(field))
    return LoyaltyException("This customer is refused.", field="email")
