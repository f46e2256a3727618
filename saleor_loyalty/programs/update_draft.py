"""Storing a draft of a program's rules beside the published version."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Max

from ..models import CustomField, Label, LoyaltyProgram, MembershipPlan, ProgramVersion
from ..rules import (
    ProgramRules,
    RuleWarning,
    find_unknown_fields,
    find_unknown_words,
    find_warnings,
    parse_rules,
    rules_to_data,
    words_needed,
)
from .locking import lock_living_program


class DraftUpdate(NamedTuple):
    """The stored draft and the doubts about it, which do not keep it from being published."""

    version: ProgramVersion
    warnings: tuple[RuleWarning, ...]


def update_draft(program_id: int, *, data: Mapping[str, Any], at: datetime.datetime) -> DraftUpdate:
    """Replace the program's draft by the whole rules document in ``data``; create the draft where there is none.

    What is stored is the normalized document: defaults written out, amounts as text. Nothing changes for customers.

    Raises:
        RulesInvalid: with every problem and its path. The earlier draft stays.
        ProgramNotFound: there is no such program.
        LoyaltyException (INVALID): the program is archived.

    Locks the program's row. A second call with the same document writes the same draft again.
    """
    return store_draft(program_id, rules=parse_rules(data), at=at)


def store_draft(program_id: int, *, rules: ProgramRules, at: datetime.datetime) -> DraftUpdate:
    """As ``update_draft``, for rules that are parsed already."""
    document = rules_to_data(rules)
    with transaction.atomic():
        program = lock_living_program(program_id)
        draft = ProgramVersion.objects.filter(program=program, published_at__isnull=True).first()
        if draft is None:
            draft = ProgramVersion(program=program, number=next_number(program), created_at=at)
        draft.rules = document
        draft.checksum = checksum(document)
        draft.updated_at = at
        draft.save()
    return DraftUpdate(
        draft, (*find_warnings(rules), *_unknown_words(program, rules), *_unknown_fields(program, rules))
    )


def _unknown_words(program: LoyaltyProgram, rules: ProgramRules) -> tuple[RuleWarning, ...]:
    if not words_needed(rules):
        return ()
    labels = set(Label.objects.filter(program=program).values_list("key", flat=True))
    plans = set(MembershipPlan.objects.filter(program=program).values_list("key", flat=True))
    return find_unknown_words(rules, labels=labels, plans=plans)


def _unknown_fields(program: LoyaltyProgram, rules: ProgramRules) -> tuple[RuleWarning, ...]:
    if not rules.profile.required_fields:
        return ()
    fields = CustomField.objects.filter(program=program, archived_at__isnull=True)
    return find_unknown_fields(rules, fields=set(fields.values_list("key", flat=True)))


def next_number(program: LoyaltyProgram) -> int:
    """Return the number of the program's next version. The program's row must be locked."""
    published = ProgramVersion.objects.filter(program=program, published_at__isnull=False)
    return (published.aggregate(last=Max("number"))["last"] or 0) + 1


def checksum(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a document's canonical JSON, in hexadecimal. Equal documents have equal checksums."""
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
