"""The resolvers of the root fields and of ``User.loyaltyAccount``."""

from __future__ import annotations

import copy
from typing import Any

from django.db.models import Q
from graphql import GraphQLError
from promise import Promise

from ..models import LoyaltyAccount, LoyaltyProgram, LoyaltyTransaction
from ..storable_text import storable_part
from . import host_types
from .connection import Page, page_arguments, paginate
from .dataloaders import AccountsByUserIdLoader, ActiveProgramByChannelLoader
from .host_types import unwrap
from .ids import integer_key
from .log_filters import transaction_filter
from .permissions import may_see_account_of_user, require_manage_loyalty
from .reach import movements_within_reach, within_reach
from .request import loyalty_request
from .sorters import (
    OLDEST_FIRST,
    log_sort,
)


def resolve_user_loyalty_account(
    root: Any, info: Any, program: str | None = None, channel: str | None = None
) -> Promise | None:
    """Resolve ``User.loyaltyAccount``: null for everybody but the user and the permitted."""
    user, request = unwrap(root), loyalty_request(info)
    if not may_see_account_of_user(request.requester, user.pk):
        return None
    accounts = request.loader(AccountsByUserIdLoader).load(user.pk)
    if program is not None:
        program_id = integer_key(program, "LoyaltyProgram")
        return accounts.then(lambda found: _account_in(found, program_id, channel))
    if channel is None:
        return accounts.then(lambda found: found[0] if found else None)
    active = request.loader(ActiveProgramByChannelLoader).load(channel)
    return Promise.all([accounts, active]).then(
        lambda found: _account_in(found[0], found[1].program_id if found[1] else None, channel)
    )


def _account_in(accounts: list[LoyaltyAccount], program_id: int | None, channel: str | None) -> LoyaltyAccount | None:
    """Return the account of the program, with the channel that was asked for. It is a copy: the same response may
    ask for the account in another channel."""
    for account in accounts:
        if account.program_id == program_id:
            asked = copy.copy(account)
            asked.asked_for_channel = channel  # type: ignore[attr-defined]
            return asked
    return None


def resolve_loyalty_program(
    _root: Any, info: Any, id: str | None = None, slug: str | None = None, channel: str | None = None
) -> LoyaltyProgram | None:
    """Resolve ``loyaltyProgram`` by exactly one of its keys."""
    require_manage_loyalty(info)
    if sum(key is not None for key in (id, slug, channel)) != 1:
        raise GraphQLError("Exactly one of `id`, `slug` and `channel` is needed.")
    request = loyalty_request(info)
    programs = within_reach(LoyaltyProgram.objects.using(request.using), request, program="pk")
    if id is not None:
        return programs.filter(pk=_key(id, "LoyaltyProgram")).first()
    if slug is not None:
        return programs.filter(slug=storable_part(slug)).first()
    return programs.filter(channels__channel_slug=storable_part(channel or ""), channels__is_active=True).first()


def resolve_loyalty_programs(_root: Any, info: Any, **arguments: Any) -> Page:
    require_manage_loyalty(info)
    request = loyalty_request(info)
    programs = within_reach(LoyaltyProgram.objects.using(request.using), request, program="pk")
    return paginate(programs, OLDEST_FIRST, page_arguments(arguments))


def resolve_loyalty_account(
    _root: Any, info: Any, id: str | None = None, user_id: str | None = None, program: str | None = None
) -> LoyaltyAccount | None:
    """Resolve ``loyaltyAccount`` by its id, or by a user and, where there are several, a program."""
    require_manage_loyalty(info)
    if (id is None) == (user_id is None):
        raise GraphQLError("Exactly one of `id` and `userId` is needed.")
    request = loyalty_request(info)
    accounts = within_reach(LoyaltyAccount.objects.using(request.using).order_by("pk"), request)
    if id is not None:
        return accounts.filter(pk=_key(id, "LoyaltyAccount")).first()
    accounts = accounts.filter(user_id=_key(user_id or "", host_types.User._meta.name))
    if program is not None:
        accounts = accounts.filter(program_id=_key(program, "LoyaltyProgram"))
    return accounts.first()


def resolve_loyalty_transactions(
    _root: Any,
    info: Any,
    filter: Any = None,
    account: str | None = None,
    search: str | None = None,
    sort_by: Any = None,
    **arguments: Any,
) -> Page:
    """Resolve the points log. The search looks for people only where the requester may know who they are."""
    requester = require_manage_loyalty(info)
    request = loyalty_request(info)
    condition = transaction_filter(filter, requester=requester, search=search).condition(using=request.using)
    if account is not None:
        condition &= Q(account_id=_key(account, "LoyaltyAccount"))
    transactions = LoyaltyTransaction.objects.using(request.using).filter(condition)
    if account is None:
        transactions = movements_within_reach(transactions, request)
    else:
        transactions = within_reach(transactions, request, program="account__program_id")
    return paginate(transactions, log_sort(sort_by), page_arguments(arguments))


def _key(global_id: str, type_name: str) -> int:
    """Return the key in a relay id; 0, which is no row's, where it is not one of that type."""
    return integer_key(global_id, type_name) or 0
