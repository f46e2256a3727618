"""``update_plan`` and ``archive_plan``: staff changes what is sold from now on."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from ..cards.locking import lock_program
from ..errors import LoyaltyException, PlanNotFound
from ..lock_objects import membership_plan_qs_select_for_update
from ..models import MembershipPlan, PlanVariant
from .plans import PlanTerms, SoldBy, check_terms, put_variants

_TERMS = [field.name for field in dataclasses.fields(PlanTerms)]


def update_plan(
    plan_id: int, *, changes: Mapping[str, Any], variants: Sequence[SoldBy] | None = None, at: datetime.datetime
) -> MembershipPlan:
    """Change the terms that are named, and the variants where these are given. Memberships that were sold stay as
    they are; key and label stay too.

    Raises:
        PlanNotFound: there is no such plan.
        LoyaltyException (INVALID), AlreadyExists: it is archived; as ``check_terms`` and ``put_variants``.
        TypeError: a change of something that is no term.

    Locks: the program, the plan. Idempotent.
    """
    with transaction.atomic():
        plan = _lock_plan(plan_id)
        if plan.archived_at is not None:
            raise LoyaltyException("The plan is archived.", field="id")
        present = {name: getattr(plan, name) for name in _TERMS}
        terms = check_terms(PlanTerms(**{**present, **changes}))
        for name in _TERMS:
            setattr(plan, name, getattr(terms, name))
        plan.name = plan.name.strip()
        plan.updated_at = at
        plan.save()
        if variants is not None:
            put_variants(plan, variants)
        return plan


def archive_plan(plan_id: int, *, at: datetime.datetime) -> MembershipPlan:
    """Sell the plan no more, and set its variants free for others. Memberships that were sold go on, and orders that
    were judged before still begin theirs.

    Raises PlanNotFound. Locks: the program, the plan. Idempotent.
    """
    with transaction.atomic():
        plan = _lock_plan(plan_id)
        if plan.archived_at is None:
            plan.archived_at, plan.is_active, plan.updated_at = at, False, at
            plan.save(update_fields=["archived_at", "is_active", "updated_at"])
            PlanVariant.objects.filter(plan=plan).delete()
        return plan


def _lock_plan(plan_id: int) -> MembershipPlan:
    program_id = MembershipPlan.objects.filter(pk=plan_id).values_list("program_id", flat=True).first()
    if program_id is None:
        raise PlanNotFound(field="id")
    lock_program(program_id)
    plan = membership_plan_qs_select_for_update().filter(pk=plan_id).first()
    if plan is None:
        raise PlanNotFound(field="id")
    return plan
