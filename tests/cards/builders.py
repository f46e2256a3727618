"""Moments, actors, short ways to call the verbs, and all that cards hold."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from saleor_loyalty import cards
from saleor_loyalty.errors import LoyaltyException
from saleor_loyalty.ledger import Actor
from saleor_loyalty.models import (
    AccountLabel,
    CardChange,
    CustomField,
    CustomFieldValue,
    Label,
    LoyaltyAccount,
    LoyaltyProgram,
    Note,
)

NOW = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
LATER = NOW + datetime.timedelta(hours=1)
STAFF = Actor("STAFF", 7)
RIGHT_TO_LEFT = "\u202bלקוחות חשובים\u202c \u200fVIP"


def everything_on_cards() -> list[Any]:
    """Return all rows of cards, to show that a refusal wrote nothing."""
    models = (Label, AccountLabel, Note, CustomField, CustomFieldValue, CardChange)
    return [list(model.objects.order_by("pk").values()) for model in models]


def refusal(act: Callable[[], Any]) -> tuple[str, str | None, str]:
    """Return code, field and class of what the act raises; nothing may have been written."""
    before = everything_on_cards()
    with pytest.raises(LoyaltyException) as caught:
        act()
    assert everything_on_cards() == before
    return caught.value.code, caught.value.field, type(caught.value).__name__


def label(program: LoyaltyProgram, name: str) -> Label:
    return cards.create_label(program.pk, name=name, at=NOW)


def assign(accounts: list[LoyaltyAccount], labels: list[Label], *, actor: Actor = STAFF, at=NOW) -> int:
    return cards.assign_labels(
        [account.pk for account in accounts], label_ids=[label.pk for label in labels], actor=actor, at=at
    ).changed


def unassign(accounts: list[LoyaltyAccount], labels: list[Label]) -> int:
    return cards.unassign_labels(
        [account.pk for account in accounts], label_ids=[label.pk for label in labels], actor=STAFF, at=LATER
    ).changed


def labels_of(account: LoyaltyAccount) -> list[str]:
    return sorted(Label.objects.filter(assignments__account=account).values_list("name", flat=True))


def note(account: LoyaltyAccount, text: str = "Called us.", **values: Any) -> Note:
    return cards.add_note(account.pk, text=text, **{"author": STAFF, "at": NOW, **values})


def field(program: LoyaltyProgram, name: str, type_: str = "TEXT", **values: Any) -> CustomField:
    return cards.create_custom_field(program.pk, name=name, type=type_, **{"at": NOW, **values})


def fill(account: LoyaltyAccount, *pairs: tuple[CustomField, str | None], at=NOW) -> None:
    cards.set_field_values(
        account.pk, values=[cards.FieldEntry(field_id=field.pk, value=value) for field, value in pairs], at=at
    )


def card_of(account: LoyaltyAccount) -> dict[str, str]:
    return dict(CustomFieldValue.objects.filter(account=account).values_list("field__key", "value"))
