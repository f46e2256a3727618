"""Moving lots from one account to another of the same program, whole: what a claim and a merge do.

Each lot moves as a pair: a MERGE_OUT where it was and a MERGE_IN where it comes to, with the source, order, channel
and moment of what gave it, so that what was given in the shop and on a day stays the same. The points keep their
dates. The keys of a pair name the lot: so a lot can be followed to where its points are now (``follow_lots``).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from ..models import Lot, LotUse, LoyaltyAccount, TransactionType
from .chain import digest
from .debts import pay_debt
from .explaining import explain_move
from .lots import keep_active, new_lot, save_lot, save_uses
from .posting import Entry, post_entries
from .release_guest_points import available_from
from .results import Actor


def move_lots(
    source: LoyaltyAccount,
    target: LoyaltyAccount,
    lots: Sequence[Lot],
    *,
    at: datetime.datetime,
    pending: datetime.timedelta | None,
    reference: str = "",
    actor: Actor = Actor(),  # noqa: B008 (frozen)
) -> int:
    """Move all that the lots hold; both accounts are locked and up to date, and the caller saves them. Points that are
    available to the target pay its debt first. Returns the number of points.

    Args:
        lots: of the source, locked, with something in them; they carry their ``transaction``.
        pending: how long after its award a lot can be spent that waited for its customer to join; None: it waits on.
        reference: the external reference of both halves.

    Writes a constant number of statements, and one for each lot.
    """
    if not lots:
        return 0
    numbers = _next_numbers([lot.pk for lot in lots])
    arriving, leaving = (
        [_entry(lot, type, number=numbers[lot.pk], at=at, reference=reference, actor=actor) for lot in lots]
        for type in (TransactionType.MERGE_IN, TransactionType.MERGE_OUT)
    )
    lasting = [lot.expires_at for lot in lots if lot.lasts_while_active and lot.expires_at is not None]
    keep_active(target, until=max(lasting, default=None))
    source.pending -= sum(lot.remaining for lot in lots if not lot.is_matured)
    opened = []
    for lot, transaction in zip(lots, post_entries(target, arriving), strict=True):
        expires_at = lot.expires_at
        if lot.lasts_while_active and expires_at is not None and target.active_until is not None:
            expires_at = max(expires_at, target.active_until)
        opened.append(
            save_lot(
                new_lot(
                    target,
                    transaction,
                    points=transaction.points,
                    available_at=lot.available_at if pending is None else available_from(lot, pending=pending, at=at),
                    expires_at=expires_at,
                    at=at,
                    lasts_while_active=lot.lasts_while_active,
                )
            )
        )
    left = zip(lots, post_entries(source, leaving), strict=True)
    uses = [LotUse(lot=lot, transaction=transaction, points=lot.remaining, created_at=at) for lot, transaction in left]
    save_uses(uses)
    if target.debt > 0:
        pay_debt(target, lots=[lot for lot in opened if lot.is_matured], at=at)
    return sum(use.points for use in uses)


def follow_lots(lot_ids: Iterable[int]) -> dict[int, list[Lot]]:
    """Return by key the lots to which each of these moved, directly, in that order; those that did not move are left
    out. They carry their ``transaction``. Two statements, one where nothing moved."""
    arrivals = {(program_id, _arrival_of(key)): lot_id for lot_id, program_id, key in _moves(lot_ids)}
    if not arrivals:
        return {}
    lots = Lot.objects.filter(
        transaction__program_id__in={program_id for program_id, _ in arrivals},
        transaction__idempotency_key__in=[key for _, key in arrivals],
    )
    found: dict[int, list[Lot]] = {}
    for lot in lots.select_related("transaction").order_by("pk"):
        lot_id = arrivals.get((lot.transaction.program_id, lot.transaction.idempotency_key))
        if lot_id is not None:
            found.setdefault(lot_id, []).append(lot)
    return found


def trails_of(lots: Iterable[Lot]) -> dict[int, list[Lot]]:
    """Return by key each lot, followed by those that its points have moved to, one after the other. A trail ends at a
    lot that holds something, or that did not move on. Two statements for each move, and one to see the end."""
    trails = {lot.pk: [lot] for lot in lots}
    open_trails = {trail[-1].pk: trail for trail in trails.values() if trail[-1].remaining == 0}
    while open_trails:
        moved = follow_lots(open_trails)
        for lot_id, came in moved.items():
            open_trails[lot_id].append(came[-1])
        ends = [open_trails[lot_id] for lot_id in moved]
        open_trails = {trail[-1].pk: trail for trail in ends if trail[-1].remaining == 0}
    return trails


def _moves(lot_ids: Iterable[int]) -> list[tuple[int, int, str]]:
    """Return (lot, program, key) of every move of the lots away. A debt that moved took from lots too: those are not
    moves of the lots."""
    uses = LotUse.objects.filter(lot_id__in=list(lot_ids), transaction__type=TransactionType.MERGE_OUT, points__gt=0)
    rows = uses.order_by("pk").values_list("lot_id", "transaction__program_id", "transaction__idempotency_key")
    return [row for row in rows if row[2].startswith(f"merge:{row[0]}:")]


def _next_numbers(lot_ids: Sequence[int]) -> dict[int, int]:
    """Return the number of each lot's next move: what was spent can come back into a lot that has moved."""
    numbers = dict.fromkeys(lot_ids, 1)
    for lot_id, _, _ in _moves(lot_ids):
        numbers[lot_id] += 1
    return numbers


def _key(lot_id: int, type: TransactionType, number: int) -> str:
    return f"merge:{lot_id}:{type.value}" + (f":{number}" if number > 1 else "")


def _arrival_of(key: str) -> str:
    return key.replace(TransactionType.MERGE_OUT.value, TransactionType.MERGE_IN.value)


def _entry(
    lot: Lot, type: TransactionType, *, number: int, at: datetime.datetime, reference: str, actor: Actor
) -> Entry:
    given = lot.transaction
    points = lot.remaining if type == TransactionType.MERGE_IN else -lot.remaining
    return Entry(
        type=type.value,
        source=given.source,
        points=points,
        created_at=at,
        occurred_at=given.occurred_at,
        actor=actor,
        idempotency_key=_key(lot.pk, type, number),
        request_hash=digest({"verb": "merge", "lot": lot.pk}),
        order_id=given.order_id,
        channel_slug=given.channel_slug,
        program_version_id=given.program_version_id,
        external_reference=reference,
        receipt=explain_move(points, type=type.value),
    )
