"""What both drivers do alike: Saleor's operations through the shop's own view, in this process, and their answers.

A driver adds its scene, how somebody is known to the shop, and the steps in which a real Saleor asks for more.
"""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.test import Client
from django.utils import timezone
from graphene import Node

from saleor_loyalty.host import get_host
from saleor_loyalty.models import Lot, LoyaltyAccount, LoyaltyProgram, Reservation
from saleor_loyalty.programs import create_program, pause_program, publish_draft, update_draft
from saleor_loyalty.referrals import step_due_referrals
from saleor_loyalty.tasks import reconcile_orders_task

from . import documents
from .protocol import STAFF, AccountState, Answer, CheckoutState, Movement, OrderState, Outcome

User = get_user_model()


class GraphQLDriver:
    """The part of ``ShopDriver`` that is the same in every shop."""

    variant_model: Any
    lines_update_document: str

    def __init__(self) -> None:
        self.client = Client()

    def authorization(self, user: Any) -> str:
        """Return the value of the header that makes the shop know this user."""
        raise NotImplementedError

    # The scene.

    def publish_program(self, rules: Mapping[str, Any], *, slug: str = "club", name: str = "Club") -> None:
        now = timezone.now()
        program = LoyaltyProgram.objects.filter(slug=slug).first() or create_program(name=name, slug=slug, at=now)
        update_draft(program.pk, data=rules, at=now)
        publish_draft(program.pk, at=now)

    def pause_program(self, *, slug: str = "club") -> None:
        pause_program(LoyaltyProgram.objects.get(slug=slug).pk, at=timezone.now())

    # The checkout.

    def add_lines(self, checkout: str, lines: Mapping[str, int], *, by: str | None) -> None:
        self._done(documents.CHECKOUT_LINES_ADD, {"id": checkout, "lines": self._line_inputs(lines)}, by=by)

    def set_quantity(self, checkout: str, sku: str, quantity: int, *, by: str | None) -> None:
        self._done(self.lines_update_document, {"id": checkout, "lines": self._line_inputs({sku: quantity})}, by=by)

    def add_promo_code(self, checkout: str, code: str, *, by: str | None) -> Outcome:
        return self._outcome(documents.CHECKOUT_ADD_PROMO_CODE, {"id": checkout, "code": code}, by=by)

    def remove_promo_code(self, checkout: str, code: str, *, by: str | None) -> None:
        self._done(documents.CHECKOUT_REMOVE_PROMO_CODE, {"id": checkout, "code": code}, by=by)

    def attach_customer(self, checkout: str, *, by: str) -> None:
        self._done(documents.CHECKOUT_CUSTOMER_ATTACH, {"id": checkout}, by=by)

    def detach_customer(self, checkout: str, *, by: str) -> None:
        self._done(documents.CHECKOUT_CUSTOMER_DETACH, {"id": checkout}, by=by)

    def apply_points(
        self, checkout: str, points: int, *, by: str | None, idempotency_key: str | None = None
    ) -> Outcome:
        variables = {"id": checkout, "points": points, "key": idempotency_key}
        return self._outcome(documents.POINTS_APPLY, variables, by=by)

    def remove_points(self, checkout: str, *, by: str | None) -> Outcome:
        return self._outcome(documents.POINTS_REMOVE, {"id": checkout}, by=by)

    def read_checkout(self, checkout: str, *, by: str | None, points: int | None = None) -> CheckoutState:
        return documents.checkout_state(
            self._read(documents.CHECKOUT, {"id": checkout, "points": points}, by=by)["checkout"]
        )

    def let_reservation_lapse(self, checkout: str) -> None:
        past = timezone.now() - datetime.timedelta(seconds=1)
        reservations = Reservation.objects.filter(checkout_id=Node.from_global_id(checkout)[1], status="RESERVED")
        LoyaltyAccount.objects.filter(reservations__in=reservations).update(next_due_at=past)
        assert reservations.update(expires_at=past) == 1

    # The order.

    def cancel_order(self, order: str) -> None:
        self._done(documents.ORDER_CANCEL, {"id": order}, by=STAFF)

    def read_order(self, order: str, *, by: str | None) -> OrderState | None:
        return documents.order_state(self._read(documents.ORDER, {"id": order}, by=by)["order"])

    def step_referrals(self, *, days: int = 0) -> None:
        with get_host().write_context():
            step_due_referrals(at=timezone.now() + datetime.timedelta(days=days), limit=100)

    def let_days_pass(self, email: str, days: int) -> None:
        passed = datetime.timedelta(days=days)
        accounts = LoyaltyAccount.objects.filter(user=User.objects.get(email=email))
        Lot.objects.filter(account__in=accounts).update(expires_at=F("expires_at") - passed)
        accounts.update(next_due_at=F("next_due_at") - passed)

    def reconcile(self) -> None:
        reconcile_orders_task()

    # The account.

    def read_account(self, email: str) -> AccountState:
        me = self._read(documents.ACCOUNT, {}, by=email)["me"]
        return documents.account_state(me["loyaltyAccount"])

    def read_movements(self, email: str) -> list[Movement]:
        me = self._read(documents.ACCOUNT, {}, by=email)["me"]
        return documents.movements(me["loyaltyAccount"])

    def give_points(
        self,
        email: str,
        points: int,
        *,
        reason: str = "a present",
        idempotency_key: str | None = None,
        by: str = STAFF,
    ) -> Outcome:
        return self._move(documents.POINTS_GIVE, email, {"points": points, "reason": reason}, idempotency_key, by)

    def deduct_points(
        self,
        email: str,
        points: int,
        *,
        reason: str = "a mistake",
        idempotency_key: str | None = None,
        by: str = STAFF,
    ) -> Outcome:
        return self._move(documents.POINTS_DEDUCT, email, {"points": points, "reason": reason}, idempotency_key, by)

    def set_balance(
        self,
        email: str,
        points: int,
        *,
        expected_revision: int | None = None,
        reason: str = "counted anew",
        idempotency_key: str | None = None,
        by: str = STAFF,
    ) -> Outcome:
        values = {"balance": points, "reason": reason, "expectedRevision": expected_revision}
        return self._move(documents.BALANCE_SET, email, values, idempotency_key, by)

    def audit_findings(self) -> list[str]:
        program = Node.to_global_id("LoyaltyProgram", LoyaltyProgram.objects.get().pk)
        self._done(documents.AUDIT_START, {"program": program}, by=STAFF)
        audit = self._read(documents.AUDIT, {"program": program}, by=STAFF)["loyaltyAudit"]
        assert audit["status"] == "FINISHED"
        return [finding["code"] for finding in audit["findings"]]

    # GraphQL.

    def query(self, document: str, variables: Mapping[str, Any] | None = None, *, by: str | None) -> Answer:
        body = json.dumps({"query": document, "variables": variables or {}})
        return self._answer(by, data=body, content_type="application/json")

    def query_with_file(
        self, document: str, variables: Mapping[str, Any], *, file: bytes, place: str, by: str | None
    ) -> Answer:
        parts = {
            "operations": json.dumps({"query": document, "variables": variables}),
            "map": json.dumps({"0": [f"variables.{place}"]}),
            "0": SimpleUploadedFile("points.csv", file, content_type="text/csv"),
        }
        return self._answer(by, data=parts)

    def _answer(self, by: str | None, **request: Any) -> Answer:
        headers = {"Authorization": self.authorization(User.objects.get(email=by))} if by else {}
        response = self.client.post("/graphql/", headers=headers, **request)
        body = json.loads(response.content, parse_float=Decimal)
        return Answer(data=body.get("data"), errors=tuple(body.get("errors", ())))

    def _read(self, document: str, variables: Mapping[str, Any], *, by: str | None) -> Mapping[str, Any]:
        answer = self.query(document, variables, by=by)
        assert not answer.errors, answer.errors
        return answer.data  # type: ignore[return-value]

    def _done(self, document: str, variables: Mapping[str, Any], *, by: str | None) -> dict[str, Any]:
        payload: dict[str, Any] = next(iter(self._read(document, variables, by=by).values()))
        assert not payload["errors"], payload["errors"]
        return payload

    def _outcome(self, document: str, variables: Mapping[str, Any], *, by: str | None) -> Outcome:
        answer = self.query(document, variables, by=by)
        if answer.errors:
            return Outcome(errors=tuple(map(documents.top_level_refusal, answer.errors)))
        return documents.outcome(next(iter(answer.data.values())))  # type: ignore[union-attr]

    def _move(self, document: str, email: str, values: dict[str, Any], key: str | None, by: str) -> Outcome:
        user = Node.to_global_id("User", User.objects.get(email=email).pk)
        values |= {"user": user, "idempotencyKey": key or str(uuid.uuid4())}
        return self._outcome(document, {"input": values}, by=by)

    def _line_inputs(self, lines: Mapping[str, int]) -> list[dict[str, Any]]:
        variants = dict(self.variant_model.objects.filter(sku__in=lines).values_list("sku", "pk"))
        return [
            {"variantId": Node.to_global_id("ProductVariant", variants[sku]), "quantity": quantity}
            for sku, quantity in lines.items()
        ]
