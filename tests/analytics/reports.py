"""Small builders for tests of reports: a program with a time zone, movements at chosen moments, plain counting."""

from __future__ import annotations

import datetime
import itertools
from decimal import Decimal
from typing import Any

from saleor_loyalty import analytics, ledger
from saleor_loyalty.models import DailyStatistics, LoyaltyAccount, LoyaltyProgram, StatisticsProgress
from saleor_loyalty.programs import create_program, publish_draft, update_draft

NOW = datetime.datetime(2026, 3, 31, 12, 0, tzinfo=datetime.UTC)
_numbers = itertools.count(1)


def moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(f"{text}+00:00")


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def period(first: str | None = None, last: str | None = None) -> analytics.Period:
    return analytics.Period(first=day(first) if first else None, last=day(last) if last else None)


def publish(*, time_zone: str, slug: str = "club", earning: dict[str, str] | None = None) -> LoyaltyProgram:
    """Publish rules whose first channel is not active and whose second names the time zone. ``earning``: the names of
    rules by their keys."""
    program = LoyaltyProgram.objects.filter(slug=slug).first() or create_program(name="Club", slug=slug, at=NOW)
    channels = [
        {"key": "old", "channel": f"{slug}-old", "currency": "ILS", "isActive": False, "timeZone": "Asia/Tokyo"},
        {"key": "shop", "channel": f"{slug}-shop", "currency": "ILS", "timeZone": time_zone},
    ]
    rules = [
        {"key": key, "name": name, "type": "CONVERSION_RATE", "points": 1} for key, name in (earning or {}).items()
    ]
    update_draft(program.pk, data={"channels": channels, "earning": rules}, at=NOW)
    publish_draft(program.pk, at=NOW)
    program.refresh_from_db()
    return program


def make_draft() -> LoyaltyProgram:
    return create_program(name="Draft", slug="draft", at=NOW)


def open_account(program: LoyaltyProgram) -> LoyaltyAccount:
    return ledger.open_account(program, email=f"guest-{next(_numbers)}@example.com", at=NOW)


def give(account: LoyaltyAccount, points: int, *, on: str = "2026-03-01T12:00", **arguments: Any) -> None:
    key = f"give-{next(_numbers)}"
    ledger.give_points(account.pk, points=points, at=NOW, occurred_at=moment(on), idempotency_key=key, **arguments)


def award(
    account: LoyaltyAccount, points: int, *, on: str, channel: str, order_id: str = "", **arguments: Any
) -> None:
    number = next(_numbers)
    ledger.award_points(
        account.pk,
        points=points,
        at=moment(on),
        order_id=order_id or f"order-{number}",
        program_version=account.program.published_version_id,
        channel_slug=channel,
        receipt={"points": points},
        idempotency_key=f"award-{number}",
        **{"available_at": moment(on), **arguments},
    )


def award_with(account: LoyaltyAccount, points: int, *, receipt: dict[str, Any]) -> None:
    """Award points with a receipt of any shape."""
    number = next(_numbers)
    ledger.award_points(
        account.pk,
        points=points,
        at=moment("2026-03-05T12:00"),
        order_id=f"order-{number}",
        program_version=account.program.published_version_id,
        channel_slug="shop",
        receipt=receipt,
        idempotency_key=f"award-{number}",
        available_at=moment("2026-03-05T12:00"),
    )


def deduct(account: LoyaltyAccount, points: int, *, on: str) -> None:
    ledger.deduct_points(account.pk, points=points, at=moment(on), idempotency_key=f"deduct-{next(_numbers)}")


def reserve(account: LoyaltyAccount, points: int, *, on: str, checkout_id: str = "checkout") -> None:
    ledger.reserve_points(
        account.pk,
        checkout_id=checkout_id,
        points=points,
        requested_points=points,
        value=Decimal(points) / 10,
        rows=Decimal(points) / 10,
        currency="ILS",
        channel_slug="shop",
        program_version_id=account.program.published_version_id,
        rule_key="cart",
        at=moment(on),
        expires_at=moment(on) + datetime.timedelta(days=90),
    )


def spend(account: LoyaltyAccount, points: int, *, on: str, order_id: str) -> None:
    reserve(account, points, on=on, checkout_id=order_id)
    _commit(account, points, on=on, order_id=order_id)


def fall_short(account: LoyaltyAccount, points: int, *, on: str) -> None:
    """Redeem more points than there are, because the reservation was gone when the order was made."""
    _commit(account, points, on=on, order_id=f"order-{next(_numbers)}")


def _commit(account: LoyaltyAccount, points: int, *, on: str, order_id: str) -> None:
    ledger.commit_reservation(
        checkout_id=order_id,
        account_id=account.pk,
        order_id=order_id,
        points_max=points,
        at=moment(on),
        idempotency_key=f"commit-{order_id}",
        receipt={"kind": "redemption"},
        channel_slug="shop",
    )


def return_points(account: LoyaltyAccount, points: int, *, on: str, order_id: str) -> None:
    key = f"return-{next(_numbers)}"
    ledger.return_points(account.pk, points=points, at=moment(on), order_id=order_id, idempotency_key=key)


def reverse(account: LoyaltyAccount, points: int, *, on: str, order_id: str) -> None:
    key = f"reverse-{next(_numbers)}"
    ledger.reverse_award(account.pk, points=points, at=moment(on), order_id=order_id, idempotency_key=key)


def set_available(account: LoyaltyAccount, points: int, *, on: str) -> None:
    ledger.set_available(account.pk, points=points, at=moment(on), idempotency_key=f"set-{next(_numbers)}")


def roll_up(program: LoyaltyProgram, *, limit: int = 1000) -> tuple[int, bool]:
    found = analytics.roll_up(program.pk, at=NOW, limit=limit)
    return found.transactions, found.is_complete


def daily() -> list[tuple[Any, ...]]:
    """(day, channel, term, type, source, points, transactions), in order."""
    columns = ("day", "channel_slug", "term", "type", "source", "points", "transactions")
    return [(str(row[0]), *row[1:]) for row in DailyStatistics.objects.order_by(*columns).values_list(*columns)]


def watermark() -> int:
    return StatisticsProgress.objects.get().last_transaction_id


def reports_of(program: LoyaltyProgram, chosen: analytics.Period, *, channel: str | None = None) -> list[Any]:
    """All reports of a period, to compare two states of the statistics."""
    arguments = {"at": NOW, "period": chosen, "channel": channel}
    return [
        analytics.point_status(program.pk, **arguments),
        analytics.point_sources(program.pk, **arguments),
        analytics.top_earners(program.pk, limit=10, **arguments),
        *(analytics.point_series(program.pk, step=step, **arguments) for step in analytics.Step),
    ]
