"""``create_plan``: staff sets up a plan or a package, and the variants that sell it (A-190)."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence

from django.db import transaction

from ..cards import open_automatic_label
from ..cards.inputs import key_for
from ..cards.locking import lock_program
from ..errors import LimitReached
from ..models import MembershipPlan
from .plans import PlanTerms, SoldBy, check_terms, put_variants

PLANS_MAX = 200


def create_plan(
    program_id: int, *, terms: PlanTerms, variants: Sequence[SoldBy] = (), at: datetime.datetime
) -> MembershipPlan:
    """Create a plan with a key made of its name, and its automatic label (A-176).

    Raises:
        LoyaltyException (INVALID), AlreadyExists: as ``check_terms`` and ``put_variants``.
        ProgramNotFound: there is no such program.
        LimitReached: the program has 200 plans that are not archived.

    Locks: the program. Not idempotent: a second call makes a second plan, unless its variants are taken.
    """
    terms = check_terms(terms)
    with transaction.atomic():
        program = lock_program(program_id)
        plans = MembershipPlan.objects.filter(program=program)
        if plans.filter(archived_at__isnull=True).count() >= PLANS_MAX:
            raise LimitReached(f"A program has at most {PLANS_MAX} plans.", field="program")
        key = key_for(terms.name, taken=set(plans.values_list("key", flat=True)), fallback="plan")
        label = open_automatic_label(program.pk, key=f"plan:{key}"[:100], name=terms.name.strip(), at=at)
        plan = MembershipPlan.objects.create(
            program=program,
            key=key,
            label=label,
            created_at=at,
            updated_at=at,
            **{**dataclasses.asdict(terms), "name": terms.name.strip()},
        )
        put_variants(plan, variants)
        return plan
