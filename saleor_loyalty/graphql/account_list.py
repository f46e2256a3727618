"""The account list: which accounts, in which order, how many.

A page costs the same on a million accounts as on a thousand: it is cut from branches that share no account, each in
the order of one index (by program, and by whether the customer is the host's user or a guest), and these are merged.
The numbers of points that it sorts and filters by are those of the last write.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import F, QuerySet, Sum, Value
from django.db.models.functions import Lower

from ..accounts import AccountFilter, AccountSearch, search_accounts, select_account_branches
from ..models import AccountCount, LoyaltyAccount, LoyaltyProgram
from .connection import Page, PageArguments, Sort, first_keys, page_arguments, paginate_branches
from .filters import account_filter
from .permissions import require_manage_loyalty, require_manage_users
from .reach import within_reach
from .request import LoyaltyRequest, loyalty_request
from .sorters import NEWEST_FIRST, account_sort, annotate_for_account_sort

InOrder = Callable[[list[QuerySet[LoyaltyAccount]]], list[QuerySet[LoyaltyAccount]]]
LOOKED_AT = 25
"""Accounts that a search for what is found often looks at, for each that a page has."""
PROGRAM_BRANCHES_MAX = 20
"""With more programs than this the database sorts all accounts that are found."""


def resolve_loyalty_accounts(
    _root: Any, info: Any, where: Any = None, search: str | None = None, sort_by: Any = None, **arguments: Any
) -> Page:
    """Resolve the account list. To look for people by name or e-mail, or to sort by it, needs MANAGE_USERS too."""
    require_manage_loyalty(info)
    if search or (sort_by is not None and sort_by["field"] == "CUSTOMER"):
        require_manage_users(info)
    request = loyalty_request(info)
    found = account_filter(where, search=search)
    sort, page = account_sort(sort_by), page_arguments(arguments)

    def in_order(branches: list[QuerySet[LoyaltyAccount]]) -> list[QuerySet[LoyaltyAccount]]:
        return _in_order(branches, sort, found=found, request=request)

    searched = search_accounts(found, using=request.using)
    if searched is not None:
        return _search(searched, in_order, sort, page, lambda: _count_each(searched.counted(), request))
    selected = select_account_branches(found, using=request.using)
    return paginate_branches(in_order(selected), sort, page, count=lambda: _count(found, selected, request))


def _search(
    search: AccountSearch, in_order: InOrder, sort: Sort, page: PageArguments, count: Callable[[], int]
) -> Page:
    """Return the page in one of three ways, which find the same: what is little is sorted; what is found often is met
    soon by looking at the first accounts of the order, searched or not; else the order is followed."""
    limit = LOOKED_AT * (page.size + 1)
    named = None if search.begins_on_the_way else search.named()
    if named is None:
        keys = first_keys(in_order([search.walked]), sort, page, limit=limit)
        first = paginate_branches(_with_sort_column(search.found_among(keys), sort), sort, page, count=count)
        if _has_more(first, page) or len(keys) < limit:
            return first
        named = search.named()
    return paginate_branches(in_order([search.followed()] if named is None else named), sort, page, count=count)


def _has_more(found: Page, page: PageArguments) -> bool:
    return bool(found.page_info.has_next_page if page.first is not None else found.page_info.has_previous_page)


def _in_order(
    branches: list[QuerySet[LoyaltyAccount]], sort: Sort, *, found: AccountFilter, request: LoyaltyRequest
) -> list[QuerySet[LoyaltyAccount]]:
    """Return what of the branches is within reach, as branches that are each read in the order of an index."""
    reached = [within_reach(branch, request) for branch in branches]
    if sort == NEWEST_FIRST:
        return reached
    return [part for branch in _by_program(reached, found, request) for part in _with_sort_column(branch, sort)]


def _by_program(
    branches: list[QuerySet[LoyaltyAccount]], found: AccountFilter, request: LoyaltyRequest
) -> list[QuerySet[LoyaltyAccount]]:
    """Return the branches by program: the indexes that sort begin with it."""
    programs = within_reach(LoyaltyProgram.objects.using(request.using).order_by("pk"), request, program="pk")
    if found.programs is not None:
        programs = programs.filter(pk__in=found.programs)
    program_ids = list(programs.values_list("pk", flat=True)[: PROGRAM_BRANCHES_MAX + 1])
    if len(program_ids) > PROGRAM_BRANCHES_MAX:
        return branches
    return [branch.filter(program_id=program_id) for branch in branches for program_id in program_ids]


def _with_sort_column(branch: QuerySet[LoyaltyAccount], sort: Sort) -> list[QuerySet[LoyaltyAccount]]:
    """Return the branch with the column to sort by. By customer it becomes three: the host's index of its users'
    e-mails serves customers, ours serves guests, and accounts that are nobody's any more come first."""
    if sort.name != "CUSTOMER":
        return [annotate_for_account_sort(branch, sort)]
    email = f"user__{get_user_model().get_email_field_name()}"
    return [
        branch.filter(user__isnull=True, email__isnull=True).annotate(customer=Value("")),
        branch.annotate(customer=Lower("email")).filter(customer__isnull=False),
        branch.filter(**{f"{email}__isnull": False}).annotate(customer=F(email)),
    ]


def _count(found: AccountFilter, selected: list[QuerySet[LoyaltyAccount]], request: LoyaltyRequest) -> int:
    """Return how many accounts there are, exactly: by the counters where only programs and a status are asked for,
    else counted."""
    if found != AccountFilter(programs=found.programs, status=found.status):
        return _count_each(selected, request)
    counts: QuerySet[Any] = within_reach(AccountCount.objects.using(request.using), request)
    if found.programs is not None:
        counts = counts.filter(program_id__in=found.programs)
    if found.status is not None:
        counts = counts.filter(status=found.status)
    return int(counts.aggregate(total=Sum("accounts"))["total"] or 0)


def _count_each(branches: list[QuerySet[LoyaltyAccount]], request: LoyaltyRequest) -> int:
    return sum(within_reach(branch, request).count() for branch in branches)
