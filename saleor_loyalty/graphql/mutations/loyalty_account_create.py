"""``loyaltyAccountCreate``: staff or an app opens an account for a customer, a guest or a new customer."""

from __future__ import annotations

from typing import Any

import graphene
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from ...accounts import AccountTarget, find_program, open_for_email, open_target
from ...models import LoyaltyAccount as LoyaltyAccountModel
from .. import host_types
from ..base import LoyaltyMutation
from ..errors import InputRefused
from ..ids import require_integer_key
from ..new_customer import (
    NEEDS_USERS_TO_CREATE,
    LoyaltyNewCustomerInput,
    open_new_customer,
    require_may_create_customers,
)
from ..request import LoyaltyRequest
from ..types.account import LoyaltyAccount

_EMAIL_MAX = 254


class LoyaltyAccountCreateInput(graphene.InputObjectType):  # type: ignore[misc]
    program = graphene.ID(description="The program; needed where there are several.")
    user = graphene.ID(description="A customer of the shop.")
    email = graphene.String(
        description="The customer with this e-mail, else a contact who is no customer." + NEEDS_USERS_TO_CREATE
    )
    customer = LoyaltyNewCustomerInput(description="A customer to make." + NEEDS_USERS_TO_CREATE)


class LoyaltyAccountCreate(LoyaltyMutation):
    account = graphene.Field(LoyaltyAccount, description="The account.")

    class Arguments:
        input = LoyaltyAccountCreateInput(required=True, description="Whose: exactly one of user, email, customer.")

    class Meta:
        description = (
            "Opens an account, without joining the program. Whoever has one already keeps it; a customer to make must "
            "be new."
        )

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, input: Any) -> LoyaltyAccountCreate:
        given = [name for name in ("user", "email", "customer") if input.get(name) is not None]
        if not given:
            raise InputRefused("REQUIRED", "Give a user, an e-mail or a customer to make.", field="user")
        if len(given) > 1:
            raise InputRefused("INVALID", "Give only one of user, email and customer.", field=given[-1])
        with transaction.atomic():
            account_id = _open(input, request, given[0])
            return cls(account=LoyaltyAccountModel.objects.get(pk=account_id))


def _open(data: Any, request: LoyaltyRequest, given: str) -> int:
    if given == "customer":
        return open_new_customer(data, request)
    program = data.get("program")
    program_id = None if program is None else require_integer_key(program, "LoyaltyProgram", field="program")
    if given == "user":
        user_id = require_integer_key(data["user"], host_types.User._meta.name, field="user")
        return open_target(AccountTarget(user_id=user_id, program_id=program_id), at=request.at)
    require_may_create_customers(request)
    email = _checked_email(data["email"])
    return open_for_email(email, program=find_program(program_id), at=request.at)


def _checked_email(text: str) -> str:
    email = text.strip()
    try:
        validate_email(email)
    except ValidationError:
        raise InputRefused("INVALID", "This is not an e-mail address.", field="email") from None
    if len(email) > _EMAIL_MAX:
        raise InputRefused("INVALID", f"This must not be longer than {_EMAIL_MAX} characters.", field="email")
    return email
