"""What a plan may say: checked once for making and changing it. It writes the variants that sell a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from ..cards.inputs import check_name
from ..errors import AlreadyExists, LoyaltyException
from ..models import MembershipPlan, PlanKind, PlanStacking, PlanStart, PlanVariant
from ..models.membership import PLAN_NAME_MAX
from ..rules import POINTS_MAX
from .inputs import DAYS_MAX, MONTHS_MAX

VARIANTS_MAX = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class SoldBy:
    """A variant of the host: its id, its SKU, or both."""

    variant_id: str = ""
    sku: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanTerms:
    """What a plan promises to those who buy it from now on."""

    name: str
    kind: str = PlanKind.SUBSCRIPTION.value
    duration_months: int | None = None
    duration_days: int | None = None
    starts_when: str = PlanStart.ORDER_PAID.value
    stacking: str = PlanStacking.QUEUE.value
    start_points: int = 0
    is_active: bool = True


def check_terms(terms: PlanTerms) -> PlanTerms:
    """Return the terms. Raises LoyaltyException (INVALID) about the first field that makes no sense."""
    check_name(terms.name, max_length=PLAN_NAME_MAX)
    if terms.duration_months is not None and terms.duration_days is not None:
        raise LoyaltyException("Give months or days, not both.", field="durationDays")
    _check_number(terms.duration_months, most=MONTHS_MAX, field="durationMonths")
    _check_number(terms.duration_days, most=DAYS_MAX, field="durationDays")
    if terms.kind == PlanKind.SUBSCRIPTION and terms.duration_months is None and terms.duration_days is None:
        raise LoyaltyException("A subscription needs a duration.", field="durationMonths")
    if not 0 <= terms.start_points <= POINTS_MAX:
        raise LoyaltyException(f"This must be from 0 to {POINTS_MAX}.", field="startPoints")
    for value, allowed, field in (
        (terms.kind, PlanKind.values, "kind"),
        (terms.starts_when, PlanStart.values, "startsWhen"),
        (terms.stacking, PlanStacking.values, "stacking"),
    ):
        if value not in allowed:
            raise LoyaltyException(f"This must be one of {', '.join(allowed)}.", field=field)
    return terms


def _check_number(number: int | None, *, most: int, field: str) -> None:
    if number is not None and not 1 <= number <= most:
        raise LoyaltyException(f"This must be from 1 to {most}.", field=field)


def put_variants(plan: MembershipPlan, variants: Sequence[SoldBy]) -> None:
    """Let exactly these variants sell the plan. The caller holds the program's lock.

    Raises LoyaltyException (INVALID): more than a hundred, an empty one, or one named twice; AlreadyExists: one of
    them sells another plan of the program. Both about ``variants``.
    """
    if len(variants) > VARIANTS_MAX:
        raise LoyaltyException(f"At most {VARIANTS_MAX} variants sell a plan.", field="variants")
    rows = []
    for variant in variants:
        sku = check_name(variant.sku, max_length=255, field="variants", is_optional=True)
        variant_id = check_name(variant.variant_id, max_length=64, field="variants", is_optional=True)
        if not sku and not variant_id:
            raise LoyaltyException("Name each variant by its id or its SKU.", field="variants")
        rows.append(PlanVariant(plan=plan, program_id=plan.program_id, variant_id=variant_id, sku=sku))
    for values in ([row.variant_id for row in rows if row.variant_id], [row.sku for row in rows if row.sku]):
        if len(set(values)) < len(values):
            raise LoyaltyException("A variant is named twice.", field="variants")
    PlanVariant.objects.filter(plan=plan).delete()
    try:
        with transaction.atomic():
            PlanVariant.objects.bulk_create(rows)
    except IntegrityError as error:
        raise AlreadyExists("One of the variants sells another plan of the program.", field="variants") from error
