"""A customer has joined: what was earned before that becomes theirs.

Two things wait for it: points of the customer's own account, from before the e-mail address was confirmed, and points
of the guest's account that stands under that address. The second are claimed only on the host's word that the address
is the member's (``Host.owners_of_emails``), and only as far back as the rules say, because addresses get new owners.
What is older stays with the guest's account until it expires; staff see it there. Nothing is derived from the address
that somebody typed into a checkout.

The guest's account stays open, and empty: the next purchase under that address, by a member who is not logged in,
awards to it, and is claimed in the same way.
"""

from __future__ import annotations

import datetime
import logging

from django.db import transaction
from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet

from ..cards import has_card, move_card
from ..email_addresses import plain_address
from ..host import get_host
from ..ledger import open_account, release_guest_points, transfer_guest_points
from ..lock_objects import order_record_qs_select_for_update
from ..memberships import move_memberships, orders_of_memberships
from ..models import ENDED_ACCOUNT_STATUSES, AccountStatus, Lot, LoyaltyAccount, Membership, OrderRecord
from ..programs import program_for_account
from ..rules import ProgramRules
from ..tiers import reassess_tier_under

logger = logging.getLogger(__name__)

IS_GUEST = Q(user__isnull=True, email__isnull=False, status=AccountStatus.ACTIVE)
HAS_GUEST_POINTS = IS_GUEST & Q(balance__gt=0)
"""A guest's account that holds something."""
HAS_PENDING_POINTS = Q(user__isnull=False, pending__gt=0)
"""A customer's account in which something may wait for the confirmation."""


def claim_guest_points(user_id: int, *, at: datetime.datetime) -> int:
    """Give the member what waited for the joining, in every program, and return how many points that is.

    A user who is inactive, or whose e-mail is not confirmed, claims nothing. Points that must still wait
    (``pendingDays`` of the rules as they are now, counted from the award) are pending in the member's account from
    then on. An order whose points moved belongs to the member's account: a later refund takes them back from there.
    Memberships and what the card says go along, from within the same window, also where there are no points. The
    guest's account stays, for what is bought under the address without logging in; it is erased with the member's.

    Raises what ``transfer_guest_points`` raises for an account that somebody froze or closed in the meantime.
    Locks / writes: for each account an atomic block of its own: the order records, then the accounts, then lots.
    Idempotency: a second call finds nothing and returns 0.
    Cost: four statements where nothing waits.
    """
    facts = get_host().users([user_id]).get(user_id)
    if facts is None or facts.member_status != "MEMBER":
        return 0
    claimed = 0
    for account in waiting_accounts().filter(user_id=user_id):
        claimed += release_guest_points(account.pk, at=at, pending=_pending(_rules_of(account)))
    address = plain_address(facts.email)
    owners = get_host().owners_of_emails([facts.email, address])
    # Of two members whose addresses differ by case alone a guest's is theirs who has it as it is kept.
    if owners.get(facts.email) == user_id == owners.get(address, user_id):
        for guest in LoyaltyAccount.objects.filter(IS_GUEST, email=address).order_by("pk"):
            claimed += _claim(guest, user_id=user_id, at=at)
    return claimed


def waiting_accounts() -> QuerySet[LoyaltyAccount]:
    """Return customers' accounts that hold points which wait for their owner to join."""
    waiting = Lot.objects.filter(account=OuterRef("pk"), remaining__gt=0, available_at__isnull=True)
    return LoyaltyAccount.objects.filter(HAS_PENDING_POINTS, Exists(waiting)).order_by("pk")


def _claim(guest: LoyaltyAccount, *, user_id: int, at: datetime.datetime) -> int:
    rules = _rules_of(guest)
    since = at - datetime.timedelta(days=rules.guest_claim_days)
    claimable = {*_claimable_orders(guest, since=since), *orders_of_memberships(guest.pk, since=since)}
    if not claimable and not has_card(guest.pk, since=since):
        return 0
    with transaction.atomic():
        orders = order_record_qs_select_for_update().filter(
            Q(account=guest) | Q(account__isnull=True),
            program_id=guest.program_id,
            order_id__in=[order_id for order_id in claimable if order_id],
        )
        records = list(orders)
        member = open_account(guest.program, user_id=user_id, at=at)
        if member.status in ENDED_ACCOUNT_STATUSES:
            return 0
        # The orders follow their points before those move: records are locked before accounts. Points of an order that
        # is being settled just now stay behind, and are claimed by the next run.
        OrderRecord.objects.filter(pk__in=[record.pk for record in records], account=guest).update(account=member)
        order_ids = {record.order_id for record in records}
        moved = transfer_guest_points(
            guest.pk,
            to_account_id=member.pk,
            since=since,
            order_ids=order_ids,
            at=at,
            pending=_pending(rules),
        )
        LoyaltyAccount.objects.filter(pk=guest.pk).update(claimed_by=member)
        move_card(guest.pk, to_account_id=member.pk, since=since)
        move_memberships(guest.pk, to_account_id=member.pk, order_ids=order_ids, since=since, at=at)
        reassess_tier_under(rules, member.pk, at=at)
        return moved


def _claimable_orders(guest: LoyaltyAccount, *, since: datetime.datetime) -> list[str]:
    """Return the orders whose points may move; "" stands for points of no order.

    The points of one order move together: all of them, if the first that still stands was awarded within the window.
    """
    lots = Lot.objects.filter(account=guest, remaining__gt=0).order_by()
    by_order = lots.values_list("transaction__order_id").annotate(
        first=Min("transaction__occurred_at"), last=Max("transaction__occurred_at")
    )
    return [order_id for order_id, first, last in by_order if (first if order_id else last) >= since]


def _rules_of(account: LoyaltyAccount) -> ProgramRules:
    program = program_for_account(account)
    return program.rules if program is not None else ProgramRules()


def _pending(rules: ProgramRules) -> datetime.timedelta:
    return datetime.timedelta(days=rules.pending_days)


def claim_waiting_points(*, after_id: int, limit: int, at: datetime.datetime) -> int | None:
    """Claim for members whatever still waits in the next ``limit`` accounts after ``after_id`` that have waiting
    points, or are a guest's with a membership.

    Finds what no hook told of: addresses confirmed by setting a password, hooks that were lost, purchases of members
    who were not logged in. A claim that fails is logged, and does not stop the others.

    Returns the last account looked at, None where there were no more.
    Locks: as ``claim_guest_points``, one member after the other. Idempotent.
    Cost: five statements, and those of each claim.
    """
    columns = ("pk", "user_id", "email")
    with_points = accounts_to_look_at(after_id).values_list(*columns)[:limit]
    with_memberships = guests_with_memberships(after_id).values_list(*columns)[:limit]
    window = sorted({*with_points, *with_memberships})[:limit]
    if not window:
        return None
    owners = get_host().owners_of_emails([email for _, _, email in window if email is not None])
    pks = [pk for pk, user_id, _ in window if user_id is not None]
    users = get_host().users(
        user_id for _, user_id in waiting_accounts().filter(pk__in=pks).values_list("pk", "user_id")
    )
    joined = {user_id for user_id, facts in users.items() if facts.member_status == "MEMBER"}
    for user_id in sorted(joined.union(owners.values())):
        try:
            claim_guest_points(user_id, at=at)
        except Exception:
            # Whatever it was, it must not stop the customers after this one.
            logger.exception("The points that wait for user %s could not be claimed.", user_id)
    return window[-1][0] if len(window) == limit else None


def guests_with_memberships(after_id: int) -> QuerySet[LoyaltyAccount]:
    """Return the guests' accounts after that one that have a membership, in order: found from the memberships, of
    which there are far fewer than accounts."""
    memberships = Membership.objects.filter(account_id__gt=after_id).values("account_id")
    return LoyaltyAccount.objects.filter(IS_GUEST, pk__gt=after_id, pk__in=memberships).order_by("pk")


def accounts_to_look_at(after_id: int) -> QuerySet[LoyaltyAccount]:
    """Return the accounts after that one in which something may wait, in order: an index holds these alone."""
    return LoyaltyAccount.objects.filter(HAS_GUEST_POINTS | HAS_PENDING_POINTS, pk__gt=after_id).order_by("pk")
