"""``manage.py loyalty_program``: what it prints, what it refuses and how it ends."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from saleor_loyalty.models import LoyaltyProgram, ProgramVersion
from saleor_loyalty.programs import create_program, export_program, update_draft

from .documents import AT, document


def run(*args: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("loyalty_program", *args, stdout=out, stderr=err, no_color=True)
    return out.getvalue(), err.getvalue()


def test_a_file_can_be_imported_published_paused_resumed_and_exported(db, tmp_path, published):
    # given
    file = tmp_path / "rules.yaml"
    file.write_text(export_program(published.pk).replace("channel: default", "channel: other"), encoding="utf-8")

    # when / then
    assert run("import", "moons", str(file), "--name", "Moons") == (
        "Stored as the draft of version 1 of moons.\n",
        "",
    )
    assert run("publish", "moons") == ("Published version 1 of moons.\n", "")
    assert run("pause", "moons") == ("moons is paused.\n", "")
    assert run("list") == (
        "moons\tPAUSED\tversion 1\tother\tMoons\nstars\tACTIVE\tversion 1\tdefault\tStars\n",
        "",
    )
    assert run("resume", "moons") == ("moons is active.\n", "")
    assert run("export", "moons") == (file.read_text(encoding="utf-8"), "")
    assert run("export", "moons", "--output", str(tmp_path / "copy.yaml")) == ("", "")
    assert (tmp_path / "copy.yaml").read_text(encoding="utf-8") == file.read_text(encoding="utf-8")


def test_import_can_publish_at_once_and_tells_doubts(db, tmp_path, published):
    file = tmp_path / "rules.yaml"
    file.write_text("channels:\n- {key: m, channel: m, currency: USD}\n")
    out, err = run("import", "moons", str(file), "--publish")
    assert out == "Published version 1 of moons.\n"
    assert err.splitlines() == [
        'Warning: channels[0]: Nothing earns points in channel "m".',
        'Warning: channels[0]: Points cannot be spent on a cart in channel "m".',
    ]
    assert LoyaltyProgram.objects.get(slug="moons").status == "ACTIVE"


def test_a_refused_publishing_leaves_no_draft_of_the_import_behind(published, tmp_path):
    file = tmp_path / "rules.yaml"
    file.write_text(export_program(published.pk))
    with pytest.raises(CommandError, match=r'The channel "default" already has the program "Stars"'):
        run("import", "moons", str(file), "--publish")
    assert list(LoyaltyProgram.objects.values_list("slug", flat=True)) == ["stars"]
    assert ProgramVersion.objects.count() == 1


def test_standard_input_can_be_imported(db, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("pendingDays: 3\n"))
    run("import", "moons", "-")
    assert ProgramVersion.objects.get().rules["pendingDays"] == 3


def test_the_draft_can_be_listed_and_exported(published):
    update_draft(published.pk, data=document(pendingDays=14), at=AT)
    create_program(name="Moons", slug="moons", at=AT)
    assert run("list")[0] == "moons\tDRAFT\tunpublished\t\tMoons\nstars\tACTIVE\tversion 1 + draft\tdefault\tStars\n"
    assert "pendingDays: 14\n" in run("export", "stars", "--draft")[0]


def test_every_problem_of_a_bad_document_is_a_line_with_its_path(db, tmp_path):
    file = tmp_path / "rules.yaml"
    file.write_text("pendingDays: -1\ncolour: red\n")
    with pytest.raises(CommandError) as error:
        run("import", "moons", str(file))
    assert str(error.value).splitlines() == [
        "The rules are not valid. Nothing was written.",
        "  pendingDays: must be between 0 and 3650",
        "  colour: unknown key",
    ]
    assert error.value.returncode == 1
    assert not LoyaltyProgram.objects.exists()


def test_a_taken_channel_is_named_and_nothing_is_written(published):
    other = create_program(name="Moons", slug="moons", at=AT)
    update_draft(other.pk, data=document(), at=AT)
    with pytest.raises(CommandError) as error:
        run("publish", "moons")
    assert str(error.value) == (
        'The channel "default" already has the program "Stars" (stars). Nothing was written. (ALREADY_EXISTS)'
    )
    other.refresh_from_db()
    assert other.status == "DRAFT"


@pytest.mark.parametrize("action", ["export", "publish", "pause", "resume"])
def test_an_unknown_slug_is_refused(db, action):
    with pytest.raises(CommandError, match=r'There is no program with the slug "nobody"\.'):
        run(action, "nobody")


def test_a_file_that_cannot_be_read_or_written_is_named(published, tmp_path):
    missing = tmp_path / "missing.yaml"
    with pytest.raises(CommandError, match=r"missing\.yaml: No such file or directory\."):
        run("import", "moons", str(missing))
    with pytest.raises(CommandError, match=r"no/copy\.yaml: No such file or directory\."):
        run("export", "stars", "--output", str(tmp_path / "no" / "copy.yaml"))
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CommandError, match=r"binary\.yaml: is not UTF-8 text\."):
        run("import", "moons", str(binary))
    assert LoyaltyProgram.objects.count() == 1


def test_a_wrong_call_ends_with_2(tmp_path):
    code = (
        "import os, django; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'playground.settings'); django.setup();"
        "from django.core.management import execute_from_command_line;"
        "execute_from_command_line(['manage.py', 'loyalty_program', 'explode'])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 2
    assert "invalid choice: 'explode'" in ended.stderr
