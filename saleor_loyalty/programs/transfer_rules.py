"""The rules document as YAML, out of one shop and into another."""

from __future__ import annotations

import datetime

from django.db import transaction

from ..errors import ProgramNotFound
from ..models import LoyaltyProgram, ProgramVersion
from ..rules import parse_rules, rules_from_yaml, rules_to_yaml
from .create_program import create_program
from .update_draft import DraftUpdate, store_draft


def export_program(program_id: int, *, is_draft: bool = False) -> str:
    """Return the program's published rules as YAML; the draft's where asked for or where nothing is published yet.

    The same rules give the same text, byte by byte; importing it gives the same rules.

    Raises ProgramNotFound: there is no such program, or it has no such version.
    """
    versions = ProgramVersion.objects.filter(program_id=program_id)
    published = versions.filter(published_at__isnull=False, program__published_version_id__isnull=False)
    draft = versions.filter(published_at__isnull=True)
    chosen = draft.first() if is_draft else published.order_by("-number").first() or draft.first()
    if chosen is None:
        raise ProgramNotFound("There is no such program, or it has no such version of its rules.")
    return rules_to_yaml(parse_rules(chosen.rules))


def import_program(text: str, *, slug: str, name: str = "", at: datetime.datetime) -> DraftUpdate:
    """Store a YAML document as the draft of the program with this slug; create the program where there is none.

    Nothing changes for customers before the draft is published.

    Args:
        name: of a program that is created; its slug where empty. An existing program keeps its name.

    Raises:
        RulesInvalid: with every problem and its path. Nothing is written.
        LoyaltyException (INVALID): the slug cannot be a slug, or the program is archived.
    """
    rules = rules_from_yaml(text)
    with transaction.atomic():
        program = LoyaltyProgram.objects.filter(slug=slug).first() or create_program(
            name=name or slug, slug=slug, at=at
        )
        return store_draft(program.pk, rules=rules, at=at)
