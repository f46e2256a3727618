"""Reports compared with the plainest counting, over random ledgers that are rolled up at random moments (property)."""

from __future__ import annotations

import datetime
from collections import defaultdict
from contextlib import suppress
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saleor_loyalty import analytics, ledger
from saleor_loyalty.errors import InsufficientPoints
from saleor_loyalty.ledger.posting import term_of
from saleor_loyalty.models import AwardDimension, LoyaltyAccount, LoyaltyTransaction, OrderRecord, StatisticsProgress

from . import orders, reports
from .reports import NOW, open_account

pytestmark = pytest.mark.django_db
START = datetime.datetime(2026, 3, 20, tzinfo=datetime.UTC)
HOURS = st.integers(0, 24 * 12)
POINTS = st.integers(1, 500)
ACCOUNTS = st.integers(0, 3)
"""Three guests and a member."""
ACTS = st.one_of(
    st.tuples(st.just("give"), ACCOUNTS, POINTS, HOURS, st.sampled_from(["VIP", "OFFLINE", "MANUAL"])),
    st.tuples(st.just("award"), ACCOUNTS, POINTS, HOURS, st.sampled_from(["shop", "eu"])),
    st.tuples(st.just("settle"), ACCOUNTS, POINTS, HOURS, st.sampled_from(["shop", "eu"])),
    st.tuples(
        st.sampled_from(["deduct", "set", "reverse", "spend", "reserve", "join"]), ACCOUNTS, POINTS, HOURS, st.just("")
    ),
    st.tuples(st.sampled_from(["roll up", "rebuild", "sweep"]), ACCOUNTS, st.integers(1, 5), HOURS, st.just("")),
)


def perform(program, accounts: list[LoyaltyAccount], act: tuple[str, int, int, int, str]) -> None:
    verb, number, points, hours, word = act
    account, on = accounts[number], (START + datetime.timedelta(hours=hours)).isoformat()[:19]
    available = LoyaltyAccount.objects.get(pk=account.pk).available
    some = min(points, available)
    if verb == "give":
        reports.give(account, points, on=on, source=word)
    elif verb == "award":
        expires_at = reports.moment(on) + datetime.timedelta(days=points % 20 + 1)
        reports.award(account, points, on=on, channel=word, order_id=f"order-{number}", expires_at=expires_at)
    elif verb == "settle":
        settle_order(account, points, on=on, channel=word)
    elif verb == "deduct" and some:
        # The stored column may count lots that are past their date by then: refused, and nothing moves.
        with suppress(InsufficientPoints):
            reports.deduct(account, some, on=on)
    elif verb == "set":
        reports.set_available(account, points, on=on)
    elif verb == "reverse":
        reports.reverse(account, points, on=on, order_id=f"order-{number}")
    elif verb == "spend":
        reports.fall_short(account, points, on=on)
    elif verb == "join" and account != accounts[-1]:
        join(account, accounts[-1], on=on)
    elif verb == "roll up":
        reports.roll_up(program, limit=points)
    elif verb == "rebuild" and StatisticsProgress.objects.exists():
        list(analytics.rebuild(program.pk, at=NOW))
    elif verb == "sweep":
        ledger.expire_due_lots(at=reports.moment(on), limit=10)


def settle_order(account: LoyaltyAccount, target: int, *, on: str, channel: str) -> None:
    """Let so much of the account's one recorded order stand, which earned 300 points of uneven parts."""
    bought = [
        orders.Bought("1", ("clothes", "shirts"), {"base": 97, "extra": 41}),
        orders.Bought("2", ("clothes",), {"base": 101}),
        orders.Bought("3", (), {"extra": 61}),
    ]
    order_id = f"settled-{account.pk}"
    record = OrderRecord.objects.filter(order_id=order_id).first()
    record = record or orders.record_order(account, bought, channel=channel, order_id=order_id)
    orders.settle(record, min(target, 300), on=on)


def join(guest: LoyaltyAccount, member: LoyaltyAccount, *, on: str) -> None:
    """Let the member have all that the guest has."""
    orders_of_guest = LoyaltyTransaction.objects.filter(account=guest).values_list("order_id", flat=True)
    ledger.transfer_guest_points(
        guest.pk,
        to_account_id=member.pk,
        since=START - datetime.timedelta(days=365),
        order_ids=set(orders_of_guest),
        at=reports.moment(on),
    )


def plain_movements(program, channel: str | None) -> list[tuple[datetime.date, str, int, str, int]]:
    """(day, term, points as they count there, source, account)."""
    rows = LoyaltyTransaction.objects.filter(program=program)
    if channel is not None:
        rows = rows.filter(channel_slug=channel)
    found = []
    for row in rows:
        term = term_of(row.type, points=row.points)
        day = row.occurred_at.astimezone(ZoneInfo("Asia/Jerusalem")).date()
        found.append((day, term, row.points if term == "given" else -row.points, row.source, row.account_id))
    return found


def sums(movements) -> dict[str, int]:
    found = dict.fromkeys(("given", "redeemed", "expired", "reversed", "deducted"), 0)
    for _, term, points, _, _ in movements:
        found[term] += points
    return found


def change(movements) -> int:
    found = sums(movements)
    return found.pop("given") - sum(found.values())


def plain_sources(program, dimension, arguments) -> dict[str, tuple[int, int]]:
    """What is given and reversed by key, counted row by row."""
    found = defaultdict(lambda: [0, 0])
    period, channel = arguments["period"], arguments["channel"]
    for row in LoyaltyTransaction.objects.filter(program=program, source="ORDER"):
        term = term_of(row.type, points=row.points)
        day = row.occurred_at.astimezone(ZoneInfo("Asia/Jerusalem")).date()
        is_asked = period.first <= day <= period.last and channel in (None, row.channel_slug)
        if is_asked and term in ("given", "reversed"):
            for key, points in orders.plain_shares(row, dimension).items():
                found[key][term == "reversed"] += points
    return {key: (given, taken) for key, (given, taken) in found.items() if given or taken}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acts=st.lists(ACTS, min_size=1, max_size=15),
    days=st.tuples(st.integers(-3, 14), st.integers(0, 14)),
    channel=st.sampled_from([None, None, "shop", "eu", ""]),
)
def test_reports_equal_plain_counting(program, acts, days, channel):
    with transaction.atomic():
        compare(program, acts, days, channel)
        transaction.set_rollback(True)


def compare(program, acts, days, channel):
    # given
    accounts = [open_account(program) for _ in range(3)]
    accounts.append(ledger.open_account(program, user_id=7, at=START))
    for act in acts:
        perform(program, accounts, act)
    first = START.date() + datetime.timedelta(days=days[0])
    period = analytics.Period(first=first, last=first + datetime.timedelta(days=days[1]))
    movements = plain_movements(program, channel)
    inside = [row for row in movements if period.first <= row[0] <= period.last]
    before = [row for row in movements if row[0] < period.first]
    arguments = {"at": NOW, "period": period, "channel": channel}

    # when
    status = analytics.point_status(program.pk, **arguments)
    sources = analytics.point_sources(program.pk, **arguments)
    earners = analytics.top_earners(program.pk, limit=2, **arguments)
    series = analytics.point_series(program.pk, step=analytics.Step.DAY, **arguments)
    ever = analytics.point_status(program.pk, at=NOW)

    # then
    assert {term: getattr(status, term) for term in sums(inside)} == sums(inside)
    assert (status.outstanding_before, status.outstanding) == (change(before), change(before) + change(inside))
    assert status.transactions == len(inside)
    by_source, by_account = defaultdict(int), defaultdict(int)
    for _, term, points, source, account_id in inside:
        if term == "given":
            by_source[source] += points
            by_account[account_id] += points
    assert [(row.source, row.points) for row in sources] == sorted(by_source.items(), key=lambda x: (-x[1], x[0]))
    best = sorted(((key, points) for key, points in by_account.items() if points > 0), key=lambda x: (-x[1], x[0]))
    assert [(row.account_id, row.points) for row in earners] == best[:2]
    assert [row.first for row in series] == [first + datetime.timedelta(days=n) for n in range(days[1] + 1)]
    for row in series:
        today = [movement for movement in inside if movement[0] == row.first]
        assert {term: getattr(row, term) for term in sums(today)} == sums(today)
    assert series[-1].outstanding == status.outstanding
    for dimension in AwardDimension:
        keys = analytics.award_sources(program.pk, dimension=dimension, limit=10, **arguments)
        assert {row.key: (row.given, row.reversed) for row in keys} == plain_sources(program, dimension, arguments)
        assert sum(row.given for row in keys) == by_source.get("ORDER", 0)
        assert sum(row.reversed for row in keys) == status.reversed
    assert list(analytics.check_statistics(program.pk)) == []
    stored = LoyaltyAccount.objects.filter(program=program).values_list("balance", "pending", "reserved", "debt")
    assert (ever.outstanding, ever.pending, ever.reserved, ever.debt) == tuple(map(sum, zip(*stored, strict=True)))
    assert ever.given == ever.redeemed + ever.expired + ever.reversed + ever.deducted + ever.outstanding
    assert ever.outstanding == ever.available + ever.pending + ever.reserved - ever.debt
