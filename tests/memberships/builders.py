"""Moments, plans, short ways to call the verbs, and all that memberships hold."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from saleor_loyalty import memberships
from saleor_loyalty.errors import LoyaltyException
from saleor_loyalty.ledger import Actor
from saleor_loyalty.memberships import PlanTerms, SoldBy, status_of
from saleor_loyalty.models import (
    AccountLabel,
    Label,
    LoyaltyAccount,
    LoyaltyProgram,
    LoyaltyTransaction,
    Membership,
    MembershipChange,
    MembershipFreeze,
    MembershipPlan,
    PlanVariant,
)

NOW = datetime.datetime(2026, 3, 10, 12, tzinfo=datetime.UTC)
STAFF = Actor("STAFF", 7)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def noon(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(f"{text}T12:00:00+00:00")


def a_plan(program: LoyaltyProgram, variant: Any = None, *, name: str = "Gold", **terms: Any) -> MembershipPlan:
    terms = {"duration_months": 1, **terms}
    if "duration_days" in terms:
        terms.pop("duration_months")
    sold_by = [] if variant is None else [SoldBy(variant_id=str(variant.pk), sku=variant.sku)]
    return memberships.create_plan(program.pk, terms=PlanTerms(name=name, **terms), variants=sold_by, at=NOW)


def by_hand(account: LoyaltyAccount, plan: MembershipPlan, *, at=NOW, **values: Any) -> Membership:
    return memberships.create_membership(account.pk, plan_id=plan.pk, **{"actor": STAFF, "at": at, **values})


def memberships_of(account: LoyaltyAccount) -> list[Membership]:
    return list(Membership.objects.filter(account=account).order_by("pk"))


def extend(membership: Membership, until: str, *, at=NOW) -> None:
    memberships.extend_membership(membership.pk, ends_on=day(until), actor=STAFF, at=at)


def freeze(membership: Membership, until: str | None = None, *, at=NOW) -> None:
    memberships.freeze_membership(membership.pk, until=until and day(until), actor=STAFF, at=at)


def unfreeze(membership: Membership, *, at=NOW) -> None:
    memberships.unfreeze_membership(membership.pk, actor=STAFF, at=at)


def cancel(membership: Membership, *, at=NOW, **values: Any) -> None:
    memberships.cancel_membership(membership.pk, actor=STAFF, at=at, **values)


def pay(membership: Membership, *, at=NOW) -> None:
    memberships.mark_as_paid(membership.pk, actor=STAFF, at=at)


def follow(at) -> int:
    return memberships.follow_memberships(at=at, limit=100)


def dates(membership: Membership) -> tuple[str | None, str | None]:
    membership.refresh_from_db()
    return tuple(value and value.isoformat() for value in (membership.starts_on, membership.ends_on))


def status(membership: Membership, at=NOW) -> str:
    membership.refresh_from_db()
    return status_of(membership, at=at)


def history(membership: Membership) -> list[str]:
    return list(MembershipChange.objects.filter(membership=membership).order_by("pk").values_list("type", flat=True))


def labels_of(account: LoyaltyAccount) -> list[str]:
    return sorted(Label.objects.filter(assignments__account=account).values_list("name", flat=True))


def everything() -> list[Any]:
    """Return all rows of ours, to show that a refusal wrote nothing."""
    models = (
        MembershipPlan,
        PlanVariant,
        Membership,
        MembershipFreeze,
        MembershipChange,
        AccountLabel,
        LoyaltyTransaction,
    )
    return [list(model.objects.order_by("pk").values()) for model in models]


def refusal(act: Callable[[], Any]) -> tuple[str, str | None, str]:
    """Return code, field and class of what the act raises; nothing may have been written."""
    before = everything()
    with pytest.raises(LoyaltyException) as caught:
        act()
    assert everything() == before
    return caught.value.code, caught.value.field, type(caught.value).__name__
