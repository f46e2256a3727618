"""What the tests of programs share."""

from __future__ import annotations

import pytest

from saleor_loyalty.programs import create_program, publish_draft, update_draft
from saleor_loyalty.programs.active_program import forget_versions

from .documents import AT, document


@pytest.fixture(autouse=True)
def _no_version_remembered():
    forget_versions()


@pytest.fixture
def program(db):
    return create_program(name="Stars", slug="stars", at=AT)


@pytest.fixture
def published(program):
    update_draft(program.pk, data=document(), at=AT)
    publish_draft(program.pk, at=AT)
    program.refresh_from_db()
    return program
