"""Small builders: a verb with all that a test does not care about filled in."""

import datetime
import itertools
from decimal import Decimal

from django.db import connection

from saleor_loyalty import ledger
from saleor_loyalty.models import (
    Lot,
    LotUse,
    LoyaltyAccount,
    LoyaltyProgram,
    LoyaltyTransaction,
    ProgramVersion,
    Reservation,
    TransactionText,
)

NOW = datetime.datetime(2026, 3, 1, 12, 0, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)

_keys = itertools.count(1)


def new_key() -> str:
    return f"key-{next(_keys)}"


def make_program(slug: str = "club") -> LoyaltyProgram:
    program = LoyaltyProgram.objects.create(name="Club", slug=slug, status="ACTIVE", created_at=NOW, updated_at=NOW)
    program.published_version = ProgramVersion.objects.create(
        program=program, number=1, rules={}, checksum="0", created_at=NOW, updated_at=NOW, published_at=NOW
    )
    program.save(update_fields=["published_version"])
    return program


def give(account, points, *, at=NOW, **arguments):
    arguments.setdefault("idempotency_key", new_key())
    return ledger.give_points(account.pk, points=points, at=at, **arguments)


def deduct(account, points, *, at=NOW, **arguments):
    arguments.setdefault("idempotency_key", new_key())
    return ledger.deduct_points(account.pk, points=points, at=at, **arguments)


def set_available(account, points, *, at=NOW, **arguments):
    arguments.setdefault("idempotency_key", new_key())
    return ledger.set_available(account.pk, points=points, at=at, **arguments)


def award(account, points, *, at=NOW, order_id="order-1", available_at=NOW, **arguments):
    arguments.setdefault("idempotency_key", new_key())
    arguments.setdefault("receipt", {"points": points})
    return ledger.award_points(
        account.pk,
        points=points,
        at=at,
        order_id=order_id,
        program_version=account.program.published_version_id,
        channel_slug="default",
        available_at=available_at,
        **arguments,
    )


def reverse(account, points, *, at=NOW, order_id="order-1", **arguments):
    arguments.setdefault("idempotency_key", new_key())
    return ledger.reverse_award(account.pk, points=points, at=at, order_id=order_id, **arguments)


def reserve(account, points, *, at=NOW, checkout_id="checkout-1", lasts=HOUR, **arguments):
    arguments.setdefault("requested_points", points)
    return ledger.reserve_points(
        account.pk,
        checkout_id=checkout_id,
        points=points,
        value=Decimal(points) / 10,
        rows=Decimal(points) / 10,
        currency="USD",
        channel_slug="default",
        program_version_id=account.program.published_version_id,
        rule_key="spend",
        at=at,
        expires_at=at + lasts,
        **arguments,
    )


def commit(account, points_max, *, at=NOW, checkout_id="checkout-1", order_id="order-9", **arguments):
    arguments.setdefault("idempotency_key", new_key())
    arguments.setdefault("receipt", {"kind": "redemption"})
    return ledger.commit_reservation(
        checkout_id=checkout_id,
        account_id=account.pk,
        order_id=order_id,
        points_max=points_max,
        at=at,
        **arguments,
    )


def return_points(account, points, *, at=NOW, order_id="order-9", **arguments):
    arguments.setdefault("idempotency_key", new_key())
    return ledger.return_points(account.pk, points=points, at=at, order_id=order_id, **arguments)


def spend(account, points, *, at=NOW, order_id="order-9"):
    """Redeem at once: reserve and commit."""
    reserve(account, points, at=at, checkout_id=f"checkout-of-{order_id}")
    return commit(account, points, at=at, checkout_id=f"checkout-of-{order_id}", order_id=order_id)


def points_of(account, *, at=NOW):
    return ledger.read_points([account], at=at)[account.pk]


def reloaded(account) -> LoyaltyAccount:
    return LoyaltyAccount.objects.get(pk=account.pk)


def columns(account) -> tuple[int, int, int, int, int]:
    """balance, available, pending, reserved, debt: as stored."""
    row = reloaded(account)
    return row.balance, row.available, row.pending, row.reserved, row.debt


def sums(account) -> tuple[int, int, int, int, int]:
    """given, redeemed, expired, reversed, deducted: as stored."""
    row = reloaded(account)
    return row.given, row.redeemed, row.expired, row.reversed, row.deducted


def rows(account) -> list[tuple[str, int, int]]:
    """(type, points, balance after) of each transaction."""
    transactions = LoyaltyTransaction.objects.filter(account=account).order_by("sequence")
    return [(row.type, row.points, row.balance_after) for row in transactions]


def remaining(account) -> list[int]:
    return list(Lot.objects.filter(account=account).order_by("pk").values_list("remaining", flat=True))


def findings(account=None, *, at=NOW, ignore=()) -> list[str]:
    ids = None if account is None else [account.pk]
    return [finding.code for finding in ledger.audit_accounts(account_ids=ids, at=at) if finding.code not in ignore]


def everything() -> list[list[tuple]]:
    """All that the ledger may write, to show that a refusal wrote nothing."""
    models = (LoyaltyAccount, LoyaltyTransaction, TransactionText, Lot, LotUse, Reservation)
    return [list(model.objects.order_by("pk").values_list()) for model in models]


def execute(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
